from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rules
from accounts.models import User
from desk import announcing, calendar, working
from desk.forms import ArticleForm
from ocop_portal.lib.paging import page_of
from public.models import Article


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/my_work.html", {"desk": working.desk_of(_person(request))})


@require_safe
def holidays(request: HttpRequest) -> HttpResponse:
    table = calendar.year_asked(request.GET.get("nam", ""))
    may_keep = rules.may_administer(_person(request))
    return render(request, "desk/holidays.html", {"table": table, "may_keep": may_keep})


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    announcing.may_write(_person(request)).require()
    rows = Article.objects.visible_to(request.user).select_related("area", "author")
    return render(request, "desk/articles.html", {"page": page_of(rows, request)})


@require_http_methods(["GET", "HEAD", "POST"])
def article_new(request: HttpRequest) -> HttpResponse:
    announcing.may_write(_person(request)).require()
    form = ArticleForm(request.POST or None, request.FILES or None, user=_person(request))
    if form.is_valid():
        article = announcing.create(by=_person(request), **form.facts())
        messages.success(request, _("The article is saved. It is not published yet."))
        return redirect("desk:article_edit", pk=article.pk)
    return render(request, "desk/article_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def article_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request)
    article = get_object_or_404(Article.objects.visible_to(person).select_related("area"), pk=pk)
    announcing.may_write(person, article.area).require()
    form = ArticleForm(request.POST or None, request.FILES or None, instance=article, user=person)
    status = 200
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            announcing.change(article, by=person, version=version, **form.facts())
        except announcing.Stale as stale:
            form.add_error(None, str(stale))
            form.take_over(stale.version)
            status = 409
        else:
            messages.success(request, _("The article is saved."))
            return redirect("desk:article_edit", pk=pk)
    return render(request, "desk/article_form.html", {"form": form, "article": article}, status=status)


@require_POST
def article_publish(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article.objects.visible_to(request.user), pk=pk)
    announcing.publish(article, by=_person(request))
    messages.success(request, _("The article is published."))
    return redirect("desk:article_edit", pk=pk)


@require_POST
def article_unpublish(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article.objects.visible_to(request.user), pk=pk)
    announcing.unpublish(article, by=_person(request))
    messages.success(request, _("The article is taken off the public pages."))
    return redirect("desk:article_edit", pk=pk)
