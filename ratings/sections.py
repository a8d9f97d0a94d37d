"""The sections of a dossier under a regulation with criteria, in the order of Forms 01 and 02."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Section:
    """One part of the forms: its key (also in addresses), the form it stands in, its title."""

    key: str
    form: str
    title: str | Promise


REGISTRATION = Section("dang-ky", "01", _("Registration"))
GENERAL = Section("thong-tin-chung", "02-I", _("General information on the organisation"))
BUSINESS = Section("ket-qua", "02-II", _("Results of the business plan"))
CRITERIA = Section("tu-danh-gia", "02-III", _("Self-assessment by criteria"))
PLAN = Section("phuong-an", "02-IV", _("Production and business plan"))
SECTIONS = (REGISTRATION, GENERAL, BUSINESS, CRITERIA, PLAN)
BY_KEY = {section.key: section for section in SECTIONS}
