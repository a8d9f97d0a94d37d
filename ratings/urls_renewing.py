"""Addresses of Form 03, copies, filing anew, handover."""

from django.urls import URLPattern, path

from .models import Dossier
from .views import copies, form03, handovers

Kind = Dossier.Kind
upgrade, reevaluation = {"kind": Kind.UPGRADE}, {"kind": Kind.REEVALUATION}
renewing_urls: list[URLPattern] = [
    path("ho-so/<int:pk>/danh-gia-cua-xa/", form03.dossier_commune, name="dossier_commune"),
    path(
        "ho-so/<int:pk>/danh-gia-cua-xa/ban-in/", form03.dossier_commune_print, name="dossier_commune_print"
    ),
    path("ho-so/<int:pk>/thay-doi/", copies.dossier_changes, name="dossier_changes"),
    path("ho-so/<int:pk>/nop-lai/", copies.dossier_refile, name="dossier_refile"),
    path("ho-so/<int:pk>/bo-tieu-chi-moi/", copies.dossier_follow_law, name="dossier_follow_law"),
    path("quyet-dinh/cong-nhan/<int:pk>/nang-hang/", copies.renew, upgrade, name="recognition_upgrade"),
    path(
        "quyet-dinh/cong-nhan/<int:pk>/danh-gia-lai/",
        copies.renew,
        reevaluation,
        name="recognition_reevaluate",
    ),
    path("ban-giao/", handovers.handovers, name="handovers"),
    path("ban-giao/xac-nhan/", handovers.handover_confirm, name="handover_confirm"),
    path("ban-giao/<int:pk>/", handovers.handover, name="handover"),
]
