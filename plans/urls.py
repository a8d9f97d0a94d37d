"""Addresses of the plans app."""

from django.urls import URLPattern, URLResolver, include, path

from . import views

app_name = "plans"
PLAN = "quan-ly/ke-hoach/<int:pk>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("quan-ly/ke-hoach/", views.plan_list, name="list"),
    path("quan-ly/ke-hoach/moi/", views.plan_new, name="new"),
    path(PLAN, views.plan_detail, name="detail"),
    path(PLAN, include("plans.urls_reporting")),
    path(PLAN, include("plans.urls_revising")),
    path(f"{PLAN}sua/", views.plan_edit, name="edit"),
    path(f"{PLAN}cong-bo/", views.plan_publish, name="publish"),
    path(f"{PLAN}go-cong-bo/", views.plan_unpublish, name="unpublish"),
    path(f"{PLAN}van-ban/", views.plan_document, name="document"),
    path(f"{PLAN}chi-tieu/<int:row>/so-lieu/", views.figure_new, name="figure"),
    path(f"{PLAN}nhiem-vu/<int:row>/ket-qua/", views.activity_report, name="activity_report"),
    path(f"{PLAN}kinh-phi/<int:row>/giai-ngan/", views.disbursement, name="disbursement"),
    path(f"{PLAN}chi-tieu/", include("plans.urls_targets")),
    path(f"{PLAN}<slug:part>/moi/", views.row_new, name="row_new"),
    path(f"{PLAN}<slug:part>/<int:row>/", views.row_edit, name="row_edit"),
    path(f"{PLAN}<slug:part>/<int:row>/xoa/", views.row_remove, name="row_remove"),
]
