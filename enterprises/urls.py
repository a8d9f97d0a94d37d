"""Addresses of the enterprises app."""

from django.urls import path

from . import views, views_evidence

app_name = "enterprises"
urlpatterns = [
    path("chu-the/", views.enterprise_list, name="list"),
    path("chu-the/them/", views.create, name="create"),
    path("chu-the/<int:pk>/", views.detail, name="detail"),
    path("chu-the/<int:pk>/sua/", views.edit, name="edit"),
    path("chu-the/<int:pk>/minh-chung/", views_evidence.library, name="evidence"),
    path("chu-the/<int:pk>/minh-chung/them/", views_evidence.paper_new, name="evidence_new"),
    path("chu-the/<int:pk>/minh-chung/tai-len/", views_evidence.upload, name="evidence_upload"),
    path("minh-chung/", views_evidence.expiring, name="evidence_expiring"),
    path("minh-chung/<int:pk>/", views_evidence.paper, name="paper"),
    path("minh-chung/<int:pk>/sua/", views_evidence.paper_edit, name="paper_edit"),
    path("minh-chung/<int:pk>/thay/", views_evidence.paper_replace, name="paper_replace"),
    path("minh-chung/<int:pk>/bo/", views_evidence.paper_remove, name="paper_remove"),
    path("minh-chung/<int:pk>/tep/", views_evidence.paper_file, name="paper_file"),
]
