"""Addresses of published and compared reports, and of the rows behind frozen figures."""

from django.urls import path

from . import views_publishing as views
from .views_sources import sources

urlpatterns = [
    path("da-phat-hanh/", views.publications, name="publications"),
    path("so-sanh/", views.compare, name="compare"),
    path("ban-chot/<str:code>/nguon/", sources, name="sources"),
    path("luot/<int:pk>/phat-hanh/", views.publish, name="publish"),
]
