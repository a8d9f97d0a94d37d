"""The questions of Form 02 (Decision 26/2026/QĐ-TTg), section by section.

Form 01 asks nothing of its own: what it prints stands in the dossier, the organisation and the product. Part
III of Form 02 is the self-assessment by the criteria.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from .questions import Kind, Question, Questionnaire, Words, YearTable
from .sections import BUSINESS, GENERAL, PLAN

PEOPLE, MILLIONS = _("people"), _("million dong")
DEEPEST_LOSS = Decimal(-(10**9))
MOST_PEOPLE = Decimal(100_000)
YES, NO = "yes", "no"
SOLD = ("has_results", YES)


def _people(name: str, label: Words, *, needed: bool = False) -> Question:
    return Question(name, label, Kind.WHOLE, needed, unit=PEOPLE, most=MOST_PEOPLE)


def _share(name: str, label: Words) -> Question:
    return Question(name, label, Kind.NUMBER, unit="%", most=Decimal(100))


def _if_sold(question: Question) -> Question:
    """Needed only of a product that has been sold already."""
    return replace(question, when=SOLD)


_AREA = Question("material_area", _("Material area"), Kind.NUMBER, unit="ha")
_OUTPUT_UNIT = Question(
    "output_unit", _("Unit of the output"), Kind.LINE, True, help=_("Kilogram, litre, piece, guest…")
)
_SALES_POINTS = Question("points_of_sale", _("Points of sale"), Kind.WHOLE, most=MOST_PEOPLE)
_PROFIT = Question("profit", _("Profit"), Kind.NUMBER, True, unit=MILLIONS, least=DEEPEST_LOSS)
_REVENUE = Question("revenue", _("Revenue"), Kind.NUMBER, True, unit=MILLIONS)
_OUTPUT = Question("output", _("Output"), Kind.NUMBER, True)

ASKED: dict[str, Questionnaire] = {
    GENERAL.key: Questionnaire(
        (
            Question(
                "papers_held",
                _("Papers held"),
                needed=True,
                help=_("One a line: name, number, day, issuing body."),
            ),
            Question(
                "history",
                _("History of the organisation"),
                needed=True,
                help=_("When and how it began, what it makes, how it has grown."),
            ),
            Question(
                "structure",
                _("Structure and management"),
                needed=True,
                help=_("Who leads, the parts of the organisation and what each does."),
            ),
            _people("members", _("Members")),
            _people("workers", _("Workers"), needed=True),
            _people("workers_local", _("Workers living in the commune"), needed=True),
            _people("workers_female", _("Women among the workers")),
            _people("workers_minority", _("Workers of ethnic minorities")),
            Question("capital", _("Capital"), Kind.NUMBER, unit=MILLIONS),
        ),
        within=(
            ("workers_local", "workers"),
            ("workers_female", "workers"),
            ("workers_minority", "workers"),
        ),
    ),
    BUSINESS.key: Questionnaire(
        (
            Question(
                "has_results",
                _("Has the product been sold in the years before?"),
                Kind.CHOICE,
                True,
                choices=((YES, _("Yes")), (NO, _("Not yet, there are no results"))),
            ),
            Question("produced_since", _("Produced since"), Kind.DAY),
            _if_sold(_OUTPUT_UNIT),
            YearTable(
                _("Results by year"),
                (
                    _AREA,
                    _if_sold(_OUTPUT),
                    _share("good_share", _("Output that meets the standard")),
                    _SALES_POINTS,
                    _share("outside_share", _("Sold outside the province")),
                    _if_sold(_REVENUE),
                    _if_sold(_PROFIT),
                    _people("year_workers", _("Workers")),
                ),
                offsets=(-3, -2, -1),
                needed_offset=-1,
            ),
            Question(
                "quality",
                _("Quality of the product"),
                needed=True,
                help=_("Standards applied, tests made, complaints and what was done."),
            ),
            Question(
                "market",
                _("Market"),
                needed=True,
                help=_("Where the product is sold, through whom, to which customers."),
            ),
            Question("difficulties", _("Difficulties and causes")),
        )
    ),
    PLAN.key: Questionnaire(
        (
            Question(
                "aims", _("Aims"), needed=True, help=_("What the organisation wants to reach, and by when.")
            ),
            _OUTPUT_UNIT,
            YearTable(
                _("Plan by year"),
                (
                    _AREA,
                    _OUTPUT,
                    _SALES_POINTS,
                    _REVENUE,
                    _PROFIT,
                    Question("investment", _("Investment"), Kind.NUMBER, unit=MILLIONS),
                    _people("year_workers", _("Workers")),
                ),
                offsets=(1, 2, 3),
                needed_offset=1,
            ),
            Question("material_plan", _("Materials"), help=_("Material area, supply, contracts of linkage.")),
            Question(
                "production_plan",
                _("Production and quality"),
                needed=True,
                help=_("Technique, equipment, quality control, food safety."),
            ),
            Question(
                "market_plan",
                _("Market and promotion"),
                needed=True,
                help=_("Customers, points of sale, electronic commerce, fairs."),
            ),
            Question(
                "resources_plan",
                _("Labour and money"),
                needed=True,
                help=_("How many people, how much money, from which sources."),
            ),
            Question("environment_plan", _("Environment"), help=_("Waste, packaging, saving of resources.")),
        )
    ),
}


def question_of(section: str, name: str) -> Question | None:
    """The question that a field of a section's content answers; that of a year's figure names the year."""
    asked = ASKED.get(section)
    stem, _sep, year = name.rpartition("_")
    for block in asked.blocks if asked else ():
        if isinstance(block, Question):
            if block.name == name:
                return block
        elif year.isdigit():
            found = next((question for question in block.questions if question.name == stem), None)
            if found:
                return block.cell(found, int(year), int(year))
    return None


def in_order(section: str, names: Iterable[str]) -> list[str]:
    """Names of fields as the form asks them, years in turn; the database keeps keys in its own order."""
    asked = ASKED.get(section)
    places: dict[str, int] = {}
    for block in asked.blocks if asked else ():
        for question in [block] if isinstance(block, Question) else block.questions:
            places[question.name] = len(places)

    def place(name: str) -> tuple[int, str]:
        stem, _sep, year = name.rpartition("_")
        found = places.get(name, places.get(stem) if year.isdigit() else None)
        return (len(places) if found is None else found, name)

    return sorted(names, key=place)
