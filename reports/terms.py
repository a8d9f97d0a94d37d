"""The dictionary: what every counted column of a report means, said once for page, file and reader.

The programme's own measures bring their definitions along (``ratings/measures.py``); what reports count
beyond these is defined here, by the key of its column. Every column that counts must be found here.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ocop_portal.lib.measures import Measure
from ratings import measures


@dataclass(frozen=True)
class Term:
    """A figure's name and definition."""

    name: str | Promise
    unit: str | Promise
    definition: str | Promise


def _of(measure: Measure) -> Term:
    return Term(measure.name, measure.unit, measure.definition)


PRODUCTS, ORGANISATIONS, DOSSIERS = _("products"), _("organisations"), _("dossiers")
CERTIFICATES, TASKS, MONEY = _("certificates"), _("tasks"), _("million đồng")

PRODUCT_TERMS: dict[str, Term] = {
    "tham_gia": _of(measures.TAKING_PART),
    "moi": _of(measures.NEWLY_RECOGNISED),
    "nang_hang": _of(measures.UPGRADED),
    "danh_gia_lai": _of(measures.REEVALUATED),
    "tiem_nang": _of(measures.POTENTIAL_FIVE),
    "luy_ke": _of(measures.RECOGNISED_IN_ALL),
    "con_hieu_luc": _of(measures.STILL_VALID),
    **{
        f"sao_{n}": Term(
            _("Products still valid, by star"),
            PRODUCTS,
            _("Products still valid with this star; of several valid recognitions the highest star counts."),
        )
        for n in (3, 4, 5)
    },
    "khong_ro_han": Term(
        _("Products of unknown validity"),
        PRODUCTS,
        _("Recognised and not ended, but no paper says until when; counted neither as valid nor as expired."),
    ),
    "het_hieu_luc": Term(
        _("Products no longer valid"),
        PRODUCTS,
        _("Recognised by the end of the period, and then neither valid nor of unknown validity."),
    ),
}
ORGANISATION_TERMS: dict[str, Term] = {
    "tham_gia": Term(
        _("Organisations taking part"),
        ORGANISATIONS,
        _("Organisations with a dossier, of any kind, that was first submitted in the period."),
    ),
    "moi": _of(measures.NEW_ORGANISATIONS),
    "luy_ke": Term(
        _("Organisations with a recognised product"),
        ORGANISATIONS,
        _("Organisations that the last recognition of a product names, valid or not."),
    ),
    "con_hieu_luc": Term(
        _("Organisations with a valid product"),
        ORGANISATIONS,
        _("Organisations that a recognition in force on the last day of the period names, each once."),
    ),
    "kinh_te": Term(
        _("Economic organisations with a valid product"),
        ORGANISATIONS,
        _("Of these the cooperatives, cooperative groups and companies, by their form when recognised."),
    ),
    "loai_": Term(
        _("Organisations with a valid product, by legal form"),
        ORGANISATIONS,
        _("By the legal form when the product was recognised; where it was not recorded, by that of today."),
    ),
}
ENDING_TERMS: dict[str, Term] = {
    "sap_het_han": Term(
        _("Certificates about to end"),
        CERTIFICATES,
        _("Valid on the last day of the period, and over within the twelve months that follow."),
    ),
    "sao_": Term(
        _("Certificates about to end, by star"),
        CERTIFICATES,
        _("Those about to end with this star."),
    ),
    "da_nop": Term(
        _("Re-evaluation filed"),
        CERTIFICATES,
        _("Those about to end for which a dossier for re-evaluation was submitted by the end of the period."),
    ),
}
PIPELINE_TERMS: dict[str, Term] = {
    "dang_xu_ly": Term(
        _("Dossiers under way"),
        DOSSIERS,
        _("Submitted by the end of the period and not closed then, by the state their history tells."),
    ),
    "mong_muon_": Term(
        _("Dossiers under way, by the star asked for"),
        DOSSIERS,
        _("Those under way whose organisation asks for this star."),
    ),
    "qua_han": Term(
        _("Late dossiers"),
        DOSSIERS,
        _("Those under way that still stand in the same state and whose term is over."),
    ),
}
WORK_TERMS: dict[str, Term] = {
    "nv_": Term(_("Tasks by state"), TASKS, _("Tasks of the plans, as their state was last entered.")),
    "tong_nhiem_vu": Term(_("Tasks"), TASKS, _("All tasks of the plans for the years of the period.")),
    "qua_han_nv": Term(_("Late tasks"), TASKS, _("Neither done nor stopped, with a deadline that is over.")),
}
MONEY_TERMS: dict[str, Term] = {
    "ke_hoach": Term(_("Money planned"), MONEY, _("The sum of the budget lines of the plans.")),
    "da_cap": Term(_("Money allocated"), MONEY, _("The sum of what was allocated, as last entered.")),
    "giai_ngan": Term(_("Money disbursed"), MONEY, _("The sum of what was disbursed, as last entered.")),
}


def of_column(terms: dict[str, Term], key: str) -> Term:
    """The term of a column: by its key, or for a family of columns by the longest beginning that is named.

    Raises KeyError for a column that nothing defines.
    """
    if key in terms:
        return terms[key]
    beginnings = [name for name in terms if name.endswith("_") and key.startswith(name)]
    return terms[max(beginnings, key=len)] if beginnings else terms[key]
