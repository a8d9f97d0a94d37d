"""Addresses of what is printed: blank forms, dossier, bundle."""

from django.urls import URLPattern, path

from .views import printing

printing_urls: list[URLPattern] = [
    path("ho-so/mau/", printing.blank_forms, name="blank_forms"),
    path("ho-so/mau/<str:form>/", printing.blank_form, name="blank_form"),
    path("ho-so/<int:pk>/in/", printing.dossier_print, name="dossier_print"),
    path("ho-so/<int:pk>/in.pdf", printing.dossier_bundle, {"kind": "pdf"}, name="dossier_pdf"),
    path("ho-so/<int:pk>/in.zip", printing.dossier_bundle, {"kind": "zip"}, name="dossier_zip"),
    path(
        "quyet-dinh/cong-nhan/<int:pk>/giay-chung-nhan.pdf",
        printing.recognition_certificate,
        name="recognition_certificate",
    ),
]
