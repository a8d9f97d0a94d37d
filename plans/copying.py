"""Next year's plan out of this one: what stays the same is copied, what a new paper decides is left empty.

Copied: targets with their parts, work, contents of the budget. Deadlines, and the years that titles and words
name ("năm 2023"), move on. Left empty: number, date, signer and paper; amounts of money, because a new
estimate has to be approved and an old amount that stayed by oversight would read like one; figures, results,
revisions and the breakdown.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import rules
from accounts.auditing import record
from accounts.models import User

from . import planning
from .models import Activity, BudgetLine, Plan, Target

KEPT = (
    *("indicator_id", "label", "position", "comparator", "number", "number_max", "unit", "percent_of"),
    *("stars_min", "stars_max", "level", "group_id", "economic_only", "funding_source"),
    *("scope_id", "scope_words", "is_cumulative", "base", "per_unit", "product_names"),
    *("money", "money_sources"),
)
LISTS = ("kinds", "units", "products")


class AlreadyThere(planning.Refused):
    """The unit has a plan for those years; ``plan`` is the one."""

    def __init__(self, plan: Plan) -> None:
        words = _("The unit already has a plan for %(years)s: open it and go on there.")
        super().__init__(words % {"years": plan.years})
        self.plan = plan


def following_years(plan: Plan) -> tuple[int, int]:
    """The first and last year of the plan that comes after: 2023 → 2024, 2021–2025 → 2026–2030."""
    span = _span(plan)
    return plan.first_year + span, plan.last_year + span


def follower(plan: Plan) -> Plan | None:
    """The plan that the unit has for exactly the following years; None while there is none."""
    first, last = following_years(plan)
    return Plan.objects.filter(area=plan.area_id, first_year=first, last_year=last).first()


def may_copy(user: User, plan: Plan) -> rules.Verdict:
    """Whether the person may write the plan of the following years: an officer over a unit that lives on."""
    verdict = planning.may_write(user, plan.area)
    first, _last = following_years(plan)
    if verdict and not plan.area.exists_on(date(first, 1, 1)):
        words = _("%(unit)s has ended before %(year)s: the unit that took over writes the plan.")
        return rules.Verdict(False, words % {"unit": plan.area.name, "year": first})
    return verdict


@transaction.atomic
def copy(plan: Plan, *, by: User) -> Plan:
    """Write the unpublished plan of the following years.

    Raises ``AlreadyThere`` where the unit has one, ``PermissionDenied`` as ``may_copy`` says.
    """
    source = Plan.objects.select_for_update(of=("self",)).select_related("area").get(pk=plan.pk)
    may_copy(by, source).require()
    if there := follower(source):
        raise AlreadyThere(there)
    first, last = following_years(source)
    made = planning.create(
        by=by,
        area=source.area,
        issuing_body=source.issuing_body,
        title=moved(source.title, source),
        summary=moved(source.summary, source),
        first_year=first,
        last_year=last,
        asks_reports=source.asks_reports,
        report_day=source.report_day,
    )
    _copy_targets(source, made)
    _copy_work(source, made)
    record("plan.copied", made, by=by, source=str(source), source_pk=source.pk)
    return made


def moved(words: str, plan: Plan) -> str:
    """The words with the plan's own years moved on: "năm 2023", "quý I/2023", "giai đoạn 2021-2025".

    Other years, and dates of papers such as 24/02/2023, stay.
    """
    span = _span(plan)
    own = "|".join(str(year) for year in range(plan.first_year, plan.last_year + 1))
    word = r"(?:năm|quý\s+(?:[1-4]|I{1,3}|IV)\s*/|tháng\s+\d{1,2}\s*/)"
    found = re.sub(rf"(?i)(\b{word}\s*)({own})\b", lambda hit: f"{hit[1]}{int(hit[2]) + span}", words)
    if span == 1:
        return found
    both = rf"\b{plan.first_year}(\s*[-–]\s*){plan.last_year}\b"
    return re.sub(both, lambda hit: f"{plan.first_year + span}{hit[1]}{plan.last_year + span}", found)


def _span(plan: Plan) -> int:
    return plan.last_year - plan.first_year + 1


def _later(day: date | None, years: int) -> date | None:
    """The same day of the month so many years later; the end of February stays its end."""
    if day is None:
        return None
    last = calendar.monthrange(day.year + years, day.month)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return day.replace(year=day.year + years, day=last if is_last else min(day.day, last))


def _copy_targets(source: Plan, made: Plan) -> None:
    old = list(source.targets.prefetch_related(*LISTS))
    new = [
        Target(
            plan=made,
            words=moved(target.words, source),
            note=moved(target.note, source),
            deadline=_later(target.deadline, _span(source)),
            **{name: getattr(target, name) for name in KEPT},
        )
        for target in old
    ]
    written = dict(zip([target.pk for target in old], Target.objects.bulk_create(new), strict=True))
    for target in old:
        written[target.pk].parent = written[target.parent_id] if target.parent_id else None
        for name in LISTS:
            if rows := list(getattr(target, name).all()):
                getattr(written[target.pk], name).set(rows)
    Target.objects.bulk_update(new, ["parent"])


def _copy_work(source: Plan, made: Plan) -> None:
    span = _span(source)
    Activity.objects.bulk_create(
        Activity(
            plan=made,
            position=work.position,
            content=moved(work.content, source),
            unit_responsible=work.unit_responsible,
            deadline=_later(work.deadline, span),
            deadline_words=moved(work.deadline_words, source),
        )
        for work in source.activities.all()
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(plan=made, position=line.position, content=moved(line.content, source), source=line.source)
        for line in source.budget_lines.all()
    )
