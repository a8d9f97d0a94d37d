"""Addresses of criteria sets and regulations."""

from django.urls import URLPattern, path

from .views import criteria, criteria_loading

criteria_urls: list[URLPattern] = [
    path("bo-tieu-chi/", criteria.criteria_sets, name="criteria_sets"),
    path("bo-tieu-chi/so-sanh/", criteria.criteria_compare, name="criteria_compare"),
    path("bo-tieu-chi/nap/", criteria_loading.criteria_load, name="criteria_load"),
    path("bo-tieu-chi/quy-dinh/<slug:code>/", criteria.regulation, name="regulation"),
    path("bo-tieu-chi/<slug:code>/", criteria.criteria_set, name="criteria_set"),
    path("bo-tieu-chi/<slug:code>/cong-bo/", criteria_loading.criteria_publish, name="criteria_publish"),
    path("bo-tieu-chi/<slug:code>/ngung/", criteria_loading.criteria_retire, name="criteria_retire"),
]
