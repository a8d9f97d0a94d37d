"""Addresses of dossiers."""

from django.urls import URLPattern, path

from .models import Dossier
from .views import dossiers as views
from .views import filling, results, submitting

State = Dossier.State
dossier_urls: list[URLPattern] = [
    path("ho-so/", views.dossiers, name="dossiers"),
    path("ho-so/moi/", views.dossier_new, name="dossier_new"),
    path("ho-so/<int:pk>/", views.dossier, name="dossier"),
    path("ho-so/<int:pk>/sua/", views.dossier_edit, name="dossier_edit"),
    path("ho-so/<int:pk>/giay-to/", views.dossier_papers, name="dossier_papers"),
    path("ho-so/<int:pk>/tep/<int:paper>/", views.dossier_file, name="dossier_file"),
    path("ho-so/<int:pk>/tep/<int:paper>/go-bo/", views.dossier_file_remove, name="dossier_file_remove"),
    path("ho-so/<int:pk>/phan/<slug:key>/", filling.dossier_section, name="dossier_section"),
    path("ho-so/<int:pk>/phan/<slug:key>/luu/", filling.dossier_section_save, name="dossier_section_save"),
    path("ho-so/<int:pk>/nop/", submitting.dossier_submit, name="dossier_submit"),
    path("ho-so/<int:pk>/phieu-tiep-nhan/", submitting.dossier_receipt, name="dossier_receipt"),
    path("ho-so/<int:pk>/tra-lai/", views.dossier_move, {"to": State.RETURNED}, name="dossier_return"),
    path("ho-so/<int:pk>/tiep-nhan/", views.dossier_move, {"to": State.ACCEPTED}, name="dossier_accept"),
    path("ho-so/<int:pk>/rut/", views.dossier_move, {"to": State.WITHDRAWN}, name="dossier_withdraw"),
    path("ho-so/<int:pk>/ket-qua/", results.dossier_result, name="dossier_result"),
]
