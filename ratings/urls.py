"""Addresses of the ratings app."""

from .urls_after import after_urls
from .urls_answering import answering_urls
from .urls_assessing import assessing_urls
from .urls_checking import checking_urls
from .urls_councils import council_urls
from .urls_criteria import criteria_urls
from .urls_decisions import decision_urls
from .urls_dossiers import dossier_urls
from .urls_evidence import evidence_urls
from .urls_printing import printing_urls
from .urls_radar import radar_urls
from .urls_renewing import renewing_urls
from .urls_sheets import sheets_urls

app_name = "ratings"
urlpatterns = [
    *dossier_urls,
    *decision_urls,
    *council_urls,
    *criteria_urls,
    *answering_urls,
    *assessing_urls,
    *evidence_urls,
    *checking_urls,
    *renewing_urls,
    *printing_urls,
    *sheets_urls,
    *after_urls,
    *radar_urls,
]
