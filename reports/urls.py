"""Addresses of the reports app."""

from django.urls import include, path

from . import views

app_name = "reports"
urlpatterns = [
    path("bao-cao/lich/", include("reports.urls_schedules")),
    path("bao-cao/", include("reports.urls_publishing")),
    path("bao-cao/", include("reports.urls_templates")),
    path("bao-cao/", views.dashboard, name="dashboard"),
    path("bao-cao/tien-do/", views.progress, name="progress"),
    path("bao-cao/tien-do/lap/", views.request_run, name="request"),
    path("bao-cao/cua-toi/", views.mine, name="mine"),
    path("bao-cao/luot/<int:pk>/", views.run, name="run"),
    path("bao-cao/luot/<int:pk>/tien-trinh/", views.run_state, name="run_state"),
    path("bao-cao/luot/<int:pk>/lap-lai/", views.retry, name="retry"),
    path("bao-cao/luot/<int:pk>/huy/", views.cancel, name="cancel"),
    path("bao-cao/luot/<int:pk>/tai-ve/", views.download, name="download"),
    path("api/bao-cao/tien-do/", views.api_progress, name="api_progress"),
]
