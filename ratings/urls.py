"""Addresses of the ratings app."""

from .urls_decisions import decision_urls
from .urls_dossiers import dossier_urls

app_name = "ratings"
urlpatterns = [*dossier_urls, *decision_urls]
