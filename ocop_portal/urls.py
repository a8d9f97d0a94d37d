"""The portal's addresses: paths in unaccented Vietnamese, names in English."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from . import health

urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("ngon-ngu/", login_not_required(set_language), name="set_language"),
    path("quan-tri/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("enterprises.urls")),
    path("", include("products.urls")),
    path("", include("ratings.urls")),
    path("", include("plans.urls")),
    path("", include("reports.urls")),
    path("", include("desk.urls")),
    path("", include("public.urls")),
]
handler500 = "ocop_portal.outages.failed"
if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
