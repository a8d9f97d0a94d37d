"""Addresses of the communes' monthly reports on a plan."""

from django.urls import path

from . import views_reporting as views

urlpatterns = [
    path("bao-cao-thang/", views.board, name="board"),
    path("bao-cao-thang/<str:month>/nhac/", views.remind, name="remind"),
    path("bao-cao-thang/<str:month>/<int:area>/", views.monthly, name="monthly"),
    path("bao-cao-thang/<str:month>/<int:area>/tra-lai/", views.monthly_return, name="monthly_return"),
    path("so-lieu/", views.figures, name="figures"),
    path("so-lieu/<int:figure>/", views.figure_judge, name="figure_judge"),
    path("so-lieu/<int:figure>/tep/", views.figure_file, name="figure_file"),
]
