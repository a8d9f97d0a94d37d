"""The catalogue and a product's page."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ocop_portal.lib import clock
from ocop_portal.lib.paging import page_of
from products.models import ProductPhoto
from public import catalogue, pages
from public.forms import CatalogueFilter
from ratings.models import Recognition

PER_PAGE = 24


@login_not_required
@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    form = CatalogueFilter(request.GET)
    form.offer_choices()
    sort = request.GET.get("sort", "")
    found = catalogue.sorted_by(form.filter(catalogue.recognised(today)), sort)
    page = page_of(catalogue.for_lists(found), request, PER_PAGE)
    context = {
        "form": form,
        "page": page,
        "entries": catalogue.entries(page.object_list, today),
        "sorts": pages.sort_tabs(request, sort),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "public/catalogue.html", context)


@login_not_required
@require_safe
def product_detail(request: HttpRequest, slug: str) -> HttpResponse:
    today = clock.today()
    products = catalogue.for_lists(catalogue.recognised(today)).prefetch_related("variants")
    product = get_object_or_404(products, slug=slug)
    entry = catalogue.entries([product], today)[0]
    context = {
        "entry": entry,
        "product": product,
        "record": pages.record_of(entry.recognition, today),
        "history": pages.history_of(product, entry.recognition, today),
        "canonical": pages.canonical(request),
    }
    return render(request, "public/product.html", context)


@login_not_required
@require_safe
def photo(request: HttpRequest, pk: int) -> FileResponse:
    shown = Recognition.objects.given_by(clock.today()).values("product")
    found = get_object_or_404(ProductPhoto.objects.filter(product__in=shown), pk=pk)
    return pages.picture(found.image)
