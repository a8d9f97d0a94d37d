"""Addresses of the desk app."""

from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("viec-cua-toi/", views.my_work, name="my_work"),
    path("quan-ly/ngay-nghi/", views.holidays, name="holidays"),
    path("quan-ly/tin-tuc/", views.articles, name="articles"),
    path("quan-ly/tin-tuc/moi/", views.article_new, name="article_new"),
    path("quan-ly/tin-tuc/<int:pk>/", views.article_edit, name="article_edit"),
    path("quan-ly/tin-tuc/<int:pk>/dang/", views.article_publish, name="article_publish"),
    path("quan-ly/tin-tuc/<int:pk>/go/", views.article_unpublish, name="article_unpublish"),
]
