"""Addresses of what comes after a council: results, decided events, objections, inspections."""

from django.urls import URLPattern, path

from .views import results

after_urls: list[URLPattern] = [
    path("ho-so/<int:pk>/ket-qua/sua/", results.result_correct, name="result_correct"),
    path("ho-so/<int:pk>/ket-qua/<int:result>/tep/", results.result_paper, name="result_paper"),
]
