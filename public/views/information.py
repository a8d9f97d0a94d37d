"""Home, plans, news and figures."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ocop_portal.lib import clock, files
from ocop_portal.lib.paging import page_of
from plans.models import Plan, Target
from plans.promises import history
from public import catalogue, figures, measures, pages
from public.models import Article

PER_PAGE = 12


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    context = {
        "stats": figures.headline(measures.in_force(today)),
        "entries": catalogue.newest(4),
        "articles": Article.objects.published().select_related("area")[:3],
        "plans": Plan.objects.published().select_related("area")[:3],
        "today": today,
    }
    return render(request, "public/home.html", context)


@login_not_required
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    rows = Plan.objects.published().select_related("area")
    page = page_of(rows, request, PER_PAGE)
    return render(request, "public/plans.html", {"page": page})


@login_not_required
@require_safe
def plan_detail(request: HttpRequest, slug: str) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.published().select_related("area"), slug=slug)
    found = Target.objects.filter(plan=plan).select_related("parent", "indicator")
    targets = [
        (target, history(target)) for target in found.prefetch_related("revisions", "units", "products")
    ]
    context = {"plan": plan, "targets": targets, "activities": plan.activities.all()}
    return render(request, "public/plan.html", context)


@login_not_required
@require_safe
def plan_document(request: HttpRequest, slug: str) -> FileResponse:
    plan = get_object_or_404(Plan.objects.published(), slug=slug)
    return files.serve_private(plan.document, plan.document_name, plan.document_type)


@login_not_required
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    page = page_of(Article.objects.published(), request, PER_PAGE)
    return render(request, "public/news.html", {"page": page})


@login_not_required
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    published = Article.objects.published().select_related("area", "plan")
    found = get_object_or_404(published, slug=slug)
    return render(request, "public/article.html", {"article": found, "canonical": pages.canonical(request)})


@login_not_required
@require_safe
def article_picture(request: HttpRequest, pk: int) -> FileResponse:
    return pages.picture(get_object_or_404(Article.objects.published(), pk=pk).image)


@login_not_required
@require_safe
def public_figures(request: HttpRequest) -> HttpResponse:
    counted = measures.in_force(clock.today())
    context = {
        "counted": counted,
        "stats": figures.headline(counted),
        "sectors": figures.by_sector(counted),
        "communes": figures.by_commune(counted),
    }
    return render(request, "public/figures.html", context)
