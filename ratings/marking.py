"""A member's own sheet: choosing in its criteria, and handing it in.

A sheet is its member's alone, open as long as its pass is and the session sits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import auditing
from accounts.models import User
from ocop_portal.lib import text

from . import declaring, tallying
from .criteria.outline import Item
from .models import AgendaItem, Answer, CouncilMember, ScoreSheet, Session, SheetChoice
from .tallying import OwnSheet
from .workflow import Refused, Stale

State = AgendaItem.State


def waiting(user: User) -> QuerySet[ScoreSheet]:
    """The person's own sheets that are still to be handed in, by the day of the session."""
    own = ScoreSheet.objects.filter(member__in=CouncilMember.objects.held_by(user))
    rows = own.filter(
        closed_at=None,
        scoring_pass__closed_at=None,
        scoring_pass__item__state=State.SCORING,
        scoring_pass__item__session__state=Session.State.OPEN,
    )
    return rows.order_by("scoring_pass__item__session__on", "scoring_pass__item__position", "pk")


@transaction.atomic
def choose(
    sheet: ScoreSheet,
    code: str,
    *,
    by: User,
    option: int | None,
    note: str | None = None,
    version: int | None = None,
) -> SheetChoice:
    """Choose an option (its position; 0: none of them fits; None: taken back) for a criterion on one's sheet.

    ``note`` None leaves the note; ``version`` is that of the choice seen (0: none yet). What says the same
    as what stands changes nothing. Raises ``Stale`` for an older version, ``Refused`` once the sheet or the
    pass is closed or for an option that the case doesn't offer, ``PermissionDenied`` on another's sheet.
    """
    fresh = _own_open_sheet(sheet, by=by)
    found = tallying.sheet_with_choices(fresh)
    item, chosen, none_fits = _offered(found, code, option)
    stands = SheetChoice.objects.filter(sheet=fresh, criterion=item.pk).first()
    stands = stands or SheetChoice(sheet=fresh, criterion_id=item.pk, version=0)
    words = stands.note if note is None else text.nfc_lines(note)[:2000]
    if (stands.option_id, stands.none_fits, stands.note) == (chosen, none_fits, words):
        return stands
    if version is not None and version != stands.version:
        raise Stale(_("This criterion was changed in another window."))
    stands.option_id, stands.none_fits, stands.note = chosen, none_fits, words
    stands.version += 1
    stands.save()
    return stands


@transaction.atomic
def fill(sheet: ScoreSheet, chosen: Mapping[str, int], *, by: User) -> int:
    """Choose in many criteria of one's sheet at once (number → position); how many. All or none.

    Notes stay as they are. Raises what :func:`choose` raises.
    """
    fresh = _own_open_sheet(sheet, by=by)
    found = tallying.sheet_with_choices(fresh)
    stands = {each.criterion_id: each for each in SheetChoice.objects.filter(sheet=fresh)}
    rows = []
    for code, position in chosen.items():
        item, option, none_fits = _offered(found, code, position)
        row = stands.get(item.pk) or SheetChoice(sheet=fresh, criterion_id=item.pk, version=0)
        if (row.option_id, row.none_fits) != (option, none_fits) or row.pk is None:
            row.option_id, row.none_fits, row.version = option, none_fits, row.version + 1
            rows.append(row)
        if found:
            found.answers[code] = cast(Answer, row)  # what later criteria depend on
    SheetChoice.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["sheet", "criterion"],
        update_fields=["option", "none_fits", "version"],
    )
    return len(rows)


def _offered(found: OwnSheet | None, code: str, option: int | None) -> tuple[Item, int | None, bool]:
    """The criterion, the option's key (None where none is chosen) and whether none of them fits."""
    item = found.outline.items.get(code) if found else None
    if found is None or item is None:
        raise Refused(_("The criteria set has no criterion %(code)s.") % {"code": code})
    chosen = next((each.pk for each in item.offered(found.case) if each.position == option), None)
    none_fits = option == 0 and item.none_may_fit(found.case)
    if option is not None and chosen is None and not none_fits:
        raise Refused(found.unscored(item) or _("Criterion %(code)s has no such option.") % {"code": code})
    if option is not None and (why := found.unscored(item)):
        raise Refused(why)
    return item, chosen, none_fits


@transaction.atomic
def close(sheet: ScoreSheet, *, by: User, opinion: str = "") -> ScoreSheet:
    """Hand the sheet in: from now on it does not change, and the member sees the others' points.

    Raises ``Refused`` while a criterion that applies is not chosen. Handing it in twice changes nothing.
    """
    mine = locked(sheet)
    _refuse_another(mine, by)
    if mine.closed_at is not None:
        return mine
    fresh = _own_open_sheet(mine, by=by)
    found = tallying.sheet_with_choices(fresh)
    done, of = tallying.counted(found) if found else (0, 0)
    if found is None or done < of:
        raise Refused(
            _("Choose in every criterion first: %(done)s of %(of)s are chosen.") % {"done": done, "of": of}
        )
    fresh.opinion = text.nfc_lines(opinion)
    fresh.closed_at = timezone.now()
    fresh.version += 1
    fresh.save()
    score = found.score()
    item = fresh.scoring_pass.item
    auditing.record("sheet.closed", fresh, by=by, area=item.session.council.area, total=str(score.total))
    return fresh


def locked(sheet: ScoreSheet) -> ScoreSheet:
    """The sheet's row, locked; pass, item and session are read after the lock, as they are then."""
    ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
    related = [f"scoring_pass__item__{path}" for path in tallying.RELATED]
    return ScoreSheet.objects.select_related("member", *related).get(pk=sheet.pk)


def _refuse_another(sheet: ScoreSheet, by: User) -> None:
    if not CouncilMember.objects.held_by(by).filter(pk=sheet.member_id).exists():
        raise PermissionDenied(_("This is another member's sheet."))


def _own_open_sheet(sheet: ScoreSheet, *, by: User) -> ScoreSheet:
    fresh = locked(sheet)
    _refuse_another(fresh, by)
    item = fresh.scoring_pass.item
    if fresh.closed_at is not None:
        raise Refused(_("This sheet is closed and does not change any more."))
    if fresh.scoring_pass.closed_at is not None:
        raise Refused(_("This scoring pass is finished."))
    if item.session.state != Session.State.OPEN or item.state != State.SCORING:
        raise Refused(_("The session is not open."))
    if fresh.member_id in {recusal.member.pk for recusal in declaring.recused(item)}:
        raise Refused(_("You have an interest in this dossier and don't score it."))
    return fresh
