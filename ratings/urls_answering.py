"""Addresses of the self-assessment by criteria."""

from django.urls import URLPattern, path

from .views import answering as views

answering_urls: list[URLPattern] = [
    path("ho-so/<int:pk>/tu-danh-gia/", views.self_assessment, name="self_assessment"),
    path("ho-so/<int:pk>/tu-danh-gia/truong-hop/", views.self_assessment_case, name="self_assessment_case"),
    path(
        "ho-so/<int:pk>/tu-danh-gia/<str:group>/", views.self_assessment_group, name="self_assessment_group"
    ),
    path("ho-so/<int:pk>/tu-danh-gia/<str:code>/luu/", views.answer_save, name="answer_save"),
]
