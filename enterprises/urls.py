"""Addresses of the enterprises app."""

from django.urls import path

from . import views

app_name = "enterprises"
urlpatterns = [
    path("chu-the/", views.enterprise_list, name="list"),
    path("chu-the/them/", views.create, name="create"),
    path("chu-the/<int:pk>/", views.detail, name="detail"),
    path("chu-the/<int:pk>/sua/", views.edit, name="edit"),
]
