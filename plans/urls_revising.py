"""Addresses of what is done with a whole plan or its published targets: copy, revise, break down."""

from django.urls import path

from . import views_copying

urlpatterns = [
    path("nam-sau/", views_copying.plan_copy, name="copy"),
]
