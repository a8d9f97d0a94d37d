from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "ocop_portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        # Imported here, not in the package, so that the runner starts without Celery and Django.
        from . import celery, checks  # noqa: F401
