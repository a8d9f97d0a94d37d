"""Addresses of the desk app."""

from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("viec-cua-toi/", views.my_work, name="my_work"),
]
