"""Addresses of the evidence that a dossier uses."""

from django.urls import URLPattern, path

from .views import evidence as views

evidence_urls: list[URLPattern] = [
    path("ho-so/<int:pk>/minh-chung/", views.dossier_evidence, name="dossier_evidence"),
    path("ho-so/<int:pk>/minh-chung/them/", views.use, name="dossier_evidence_use"),
    path("ho-so/<int:pk>/minh-chung/tai-len/", views.upload, name="dossier_evidence_upload"),
    path("ho-so/<int:pk>/minh-chung/doi/", views.renew, name="dossier_evidence_renew"),
    path("ho-so/<int:pk>/minh-chung/<int:use>/bo/", views.drop, name="dossier_evidence_drop"),
    path("ho-so/<int:pk>/minh-chung/<int:use>/tep/", views.file, name="dossier_evidence_file"),
]
