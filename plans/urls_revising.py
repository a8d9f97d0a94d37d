"""Addresses of what is done with a whole plan or its published targets: copy, revise, break down."""

from django.urls import path

from . import views_copying, views_revising, views_sharing

urlpatterns = [
    path("nam-sau/", views_copying.plan_copy, name="copy"),
    path("chi-tieu/<int:row>/dieu-chinh/", views_revising.target_revise, name="revise"),
    path("dieu-chinh/<int:revision>/tep/", views_revising.revision_file, name="revision_file"),
    path("chi-tieu/<int:row>/phan-bo/", views_sharing.breakdown, name="breakdown"),
    path("chi-tieu/<int:row>/phan-bo/sua/", views_sharing.breakdown_edit, name="breakdown_edit"),
    path("<slug:part>/<int:row>/thu-tu/", views_revising.row_move, name="row_move"),
]
