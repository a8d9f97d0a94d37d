"""Addresses of published and compared reports."""

from django.urls import path

from . import views_publishing as views

urlpatterns = [
    path("da-phat-hanh/", views.publications, name="publications"),
    path("so-sanh/", views.compare, name="compare"),
    path("luot/<int:pk>/phat-hanh/", views.publish, name="publish"),
]
