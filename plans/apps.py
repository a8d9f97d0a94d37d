from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "plans"
    verbose_name = _("Plans")

    def ready(self) -> None:
        """Give the words of this app's notices to the registry."""
        from accounts import notice_words as registry

        from . import notice_words

        registry.register(notice_words.KINDS, notice_words.TOPICS)
