"""Addresses of the forms of offices."""

from django.urls import path

from . import views_templates as views

urlpatterns = [
    path("bao-cao/bieu-mau/", views.template_list, name="templates"),
    path("bao-cao/bieu-mau/moi/", views.template_new, name="template_new"),
    path("bao-cao/bieu-mau/ky-hieu/", views.placeholder_list, name="placeholders"),
    path("bao-cao/bieu-mau/vi-du/<slug:code>/", views.template_example, name="template_example"),
    path("bao-cao/bieu-mau/<int:pk>/", views.template, name="template"),
    path("bao-cao/bieu-mau/<int:pk>/thay/", views.template_replace, name="template_replace"),
    path("bao-cao/bieu-mau/<int:pk>/rut/", views.template_withdraw, name="template_withdraw"),
    path("bao-cao/bieu-mau/<int:pk>/tai-ve/", views.template_file, name="template_file"),
    path("bao-cao/bieu-mau/<int:pk>/dien/", views.template_fill, name="template_fill"),
    path("bao-cao/luot/<int:pk>/bieu-mau/", views.run_fill, name="run_fill"),
]
