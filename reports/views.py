"""Pages of the reports: the dashboard, and the runs that compile reports into files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from ocop_portal.lib import files
from ocop_portal.lib.listing import XLSX

from . import dashboard as figures
from . import freezing, keeping, publishing, requesting, run_lists
from .asking import Unanswerable
from .forms import Picker
from .models import Run
from .run_lists import RUNS, RunFilter


def _unanswered(request: HttpRequest, error: Unanswerable) -> HttpResponse:
    return render(request, "reports/unanswerable.html", {"words": str(error)}, status=error.status)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the middleware lets nobody else in
    return request.user


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    try:
        scope = figures.read(request.GET, user)
    except Unanswerable as error:
        return _unanswered(request, error)
    context = {
        "scope": scope,
        "asked": scope.asked,
        "picker": Picker(user, scope.asked),
        "figures": figures.gather(scope),
    }
    return render(request, "reports/dashboard.html", context)


@require_GET
def mine(request: HttpRequest) -> HttpResponseBase:
    user = _person(request)
    runs = Run.objects.visible_to(user).select_related("area", "requested_by")
    form = RunFilter(request.GET, by=user)
    return RUNS.respond(request, form, runs, "reports/mine.html")


@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    runs = Run.objects.visible_to(request.user).select_related("area", "snapshot", "requested_by")
    found = get_object_or_404(runs, pk=pk)
    context = {
        "run": found,
        "is_active": found.state in Run.ACTIVE,
        "asked_for": found.requests.filter(user=_person(request)).exists(),
        "others": run_lists.others(found, runs),
        "before": run_lists.before(found, runs),
        "publication": publishing.of(found),
        "may_publish": publishing.may_publish(_person(request), found),
    }
    return render(request, "reports/run.html", context)


@require_GET
def run_state(request: HttpRequest, pk: int) -> JsonResponse:
    found = get_object_or_404(Run.objects.visible_to(request.user), pk=pk)
    message = found.step_name or found.get_state_display()
    finished = found.state not in Run.ACTIVE
    return JsonResponse({"percent": found.percent, "message": message, "finished": finished})


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Run.objects.visible_to(request.user), pk=pk)
    return redirect("reports:run", requesting.retry(found, by=_person(request)).pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Run.objects.visible_to(request.user), pk=pk)
    return redirect("reports:run", requesting.cancel(found, by=_person(request)).pk)


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    done = Run.objects.visible_to(request.user).filter(state=Run.State.DONE)
    found = get_object_or_404(done.select_related("snapshot", "area"), pk=pk)
    try:
        path = keeping.file_of(found)
    except freezing.Unreadable as error:
        raise Http404(str(error)) from error
    return files.attachment(path.open("rb"), found.file_name, XLSX)
