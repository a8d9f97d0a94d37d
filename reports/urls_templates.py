"""Addresses of the forms of offices."""

from django.urls import path

from . import views_templates as views

urlpatterns = [
    path("bieu-mau/", views.template_list, name="templates"),
    path("bieu-mau/moi/", views.template_new, name="template_new"),
    path("bieu-mau/ky-hieu/", views.placeholder_list, name="placeholders"),
    path("bieu-mau/vi-du/<slug:code>/", views.template_example, name="template_example"),
    path("bieu-mau/<int:pk>/", views.template, name="template"),
    path("bieu-mau/<int:pk>/thay/", views.template_replace, name="template_replace"),
    path("bieu-mau/<int:pk>/rut/", views.template_withdraw, name="template_withdraw"),
    path("bieu-mau/<int:pk>/tai-ve/", views.template_file, name="template_file"),
    path("bieu-mau/<int:pk>/dien/", views.template_fill, name="template_fill"),
    path("luot/<int:pk>/bieu-mau/", views.run_fill, name="run_fill"),
]
