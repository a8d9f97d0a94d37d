from django.apps import AppConfig
from django.contrib.admin import apps as administration
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True
    verbose_name = _("Accounts")


class AdministrationConfig(administration.AdminConfig):
    """Django's administration, opened by posts and entered through the portal's own sign-in page."""

    default_site = "accounts.admin_site.AdministrationSite"
    default = False
