"""Addresses of the schedules of reports."""

from django.urls import path

from . import views_schedules as views

urlpatterns = [
    path("", views.schedules, name="schedules"),
    path("moi/", views.schedule_new, name="schedule_new"),
    path("<int:pk>/", views.schedule, name="schedule"),
    path("<int:pk>/bat/", views.schedule_on, name="schedule_on"),
    path("<int:pk>/tat/", views.schedule_off, name="schedule_off"),
    path("<int:pk>/xoa/", views.schedule_delete, name="schedule_delete"),
]
