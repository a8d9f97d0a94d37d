from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from desk import working


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/my_work.html", {"desk": working.desk_of(cast(User, request.user))})
