"""Addresses of the desk app."""

from django.urls import path

from . import views, views_notices

app_name = "desk"
urlpatterns = [
    path("viec-cua-toi/", views.my_work, name="my_work"),
    path("thong-bao/", views_notices.notices, name="notices"),
    path("thong-bao/so-moi/", views_notices.notices_unread, name="notices_unread"),
    path("thong-bao/da-doc/", views_notices.notices_read, name="notices_read"),
    path("thong-bao/<int:pk>/", views_notices.notice, name="notice"),
    path("thong-bao/<int:pk>/da-doc/", views_notices.notice_read, name="notice_read"),
    path("quan-ly/ngay-nghi/", views.holidays, name="holidays"),
    path("quan-ly/tin-tuc/", views.articles, name="articles"),
    path("quan-ly/tin-tuc/moi/", views.article_new, name="article_new"),
    path("quan-ly/tin-tuc/<int:pk>/", views.article_edit, name="article_edit"),
    path("quan-ly/tin-tuc/<int:pk>/dang/", views.article_publish, name="article_publish"),
    path("quan-ly/tin-tuc/<int:pk>/go/", views.article_unpublish, name="article_unpublish"),
]
