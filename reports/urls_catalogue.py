"""Addresses of the catalogue's reports."""

from django.urls import path

from . import views_catalogue as views

REPORT = "bao-cao/<report:code>/"
urlpatterns = [
    path("bao-cao/danh-muc/", views.catalogue, name="catalogue"),
    path("bao-cao/tu-dien/", views.words, name="dictionary"),
    path(REPORT, views.report, name="report"),
    path(f"{REPORT}lap/", views.request_run, name="request"),
    path(f"{REPORT}nguon/", views.figure, name="figure"),
    path(f"{REPORT}bang/", views.table_file, name="table"),
    path("api/bao-cao/<report:code>/", views.api_report, name="api_report"),
]
