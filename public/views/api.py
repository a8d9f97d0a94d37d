"""The catalogue as JSON for anyone: the page's filters, the page's products, nothing of persons."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from ocop_portal.lib import clock
from ocop_portal.lib.paging import page_of
from public import catalogue, describing
from public.forms import CatalogueFilter

PER_PAGE = 50


@login_not_required
@require_safe
def api_products(request: HttpRequest) -> JsonResponse:
    today = clock.today()
    form = CatalogueFilter(request.GET)
    found = catalogue.sorted_by(form.filter(catalogue.recognised(today)), request.GET.get("sort", ""))
    page = page_of(catalogue.for_lists(found), request, PER_PAGE)
    entries = catalogue.entries(page.object_list, today)
    answer = {
        "as_of": today.isoformat(),
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "errors": form.errors.get_json_data(),
        "results": [describing.product(entry) for entry in entries],
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
