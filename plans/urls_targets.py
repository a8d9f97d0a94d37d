"""Addresses under which targets are entered."""

from django.urls import URLPattern, path

from . import views_targets as views

urlpatterns: list[URLPattern] = [
    path("moi/", views.target_new, name="target_new"),
    path("<int:row>/", views.target_edit, name="target_edit"),
    path("<int:row>/tim-san-pham/", views.target_link, name="target_link"),
    path("<int:row>/xoa/", views.target_remove, name="target_remove"),
]
