"""Addresses of the reports app."""

from django.urls import include, path, register_converter

from . import views
from .catalogue import KINDS


class ReportCode:
    """The code of a report of the catalogue; any other word is left to the addresses behind."""

    regex = "[a-z-]+"

    def to_python(self, value: str) -> str:
        """The code as views take it. Raises ValueError for what is none: then the address is another's."""
        if value not in KINDS:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """The code as addresses carry it."""
        return value


register_converter(ReportCode, "report")

app_name = "reports"
urlpatterns = [
    path("bao-cao/lich/", include("reports.urls_schedules")),
    path("bao-cao/", include("reports.urls_publishing")),
    path("bao-cao/", include("reports.urls_templates")),
    path("", include("reports.urls_catalogue")),
    path("bao-cao/", views.dashboard, name="dashboard"),
    path("bao-cao/cua-toi/", views.mine, name="mine"),
    path("bao-cao/luot/<int:pk>/", views.run, name="run"),
    path("bao-cao/luot/<int:pk>/tien-trinh/", views.run_state, name="run_state"),
    path("bao-cao/luot/<int:pk>/lap-lai/", views.retry, name="retry"),
    path("bao-cao/luot/<int:pk>/huy/", views.cancel, name="cancel"),
    path("bao-cao/luot/<int:pk>/tai-ve/", views.download, name="download"),
]
