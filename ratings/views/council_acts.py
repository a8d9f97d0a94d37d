"""What whoever runs a session does with a dossier: each act takes what was sent and says what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import QueryDict
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from ocop_portal.lib import dates, numbers

from .. import agreeing, sitting
from ..models import AgendaItem
from ..workflow import Refused

Act = Callable[[AgendaItem, QueryDict, User, int | None], str]


def _begin(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    sitting.begin(item, by=by, version=version)
    return _("The scoring has begun.")


def _finish(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    without = [key for raw in sent.getlist("without") if (key := numbers.key(raw)) is not None]
    done = sitting.finish_pass(item, by=by, without=without, version=version)
    if done.state == AgendaItem.State.DISCUSSION:
        return _("The scoring pass is finished. The sheets differ too much: the dossier is to be discussed.")
    return _("The scoring pass is finished.")


def _again(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    made = sitting.score_again(item, sent.get("reason", ""), by=by, version=version)
    return _("Scoring pass %(number)s is open.") % {"number": made.number}


def _discuss(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    sitting.discuss(item, sent.get("discussion", ""), by=by, version=version)
    return _("The discussion is recorded.")


def _advise(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    sitting.advise(item, sent.get("advice", ""), by=by, version=version)
    return _("The report of the advisory team is saved.")


def _case(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    case, confirmed = numbers.key(sent.get("case", "")) or 0, bool(sent.get("confirmed"))
    cleared = sitting.set_case(item, case, by=by, confirmed=confirmed, version=version)
    told = ngettext(
        "The case is set on all sheets; %(count)s choice was taken back.",
        "The case is set on all sheets; %(count)s choices were taken back.",
        cleared,
    )
    return told % {"count": cleared}


def _choices(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    given = {name[2:]: position for name in sent if (position := _agreed(name, sent)) is not None}
    agreeing.agree_choices(item, given, by=by, version=version)
    return _("The council's choices are recorded.")


def _agreed(name: str, sent: QueryDict) -> int | None:
    return numbers.key(sent.get(name, "")) if name.startswith("a-") else None


def _agree(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    result = agreeing.agree(item, by=by, conclusion=sent.get("conclusion", ""), version=version)
    stars = result.granted
    if stars is None:
        return _("The result is agreed: the assessment ended by a knock-out.")
    return _("The result is agreed: %(total)s points, %(stars)s stars.") % {
        "total": number_format(result.total, 2),
        "stars": stars,
    }


def _meeting(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    try:
        day = dates.parse(sent.get("on", ""))
    except ValueError as wrong:
        raise Refused(str(wrong)) from wrong
    made = agreeing.turn_into_meeting(item, by=by, on=day)
    return _("The dossier is on the agenda of the meeting of %(day)s.") % {
        "day": date_format(made.session.on, "d/m/Y")
    }


def _admit(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    admitted = sitting.admit(item, by=by)
    told = ngettext("%(count)s sheet was added.", "%(count)s sheets were added.", admitted)
    return told % {"count": admitted}


def _break_off(item: AgendaItem, sent: QueryDict, by: User, version: int | None) -> str:
    sitting.break_off(item, sent.get("reason", ""), by=by, version=version)
    return _("The dossier is put off and can go on another agenda.")


ACTS: Mapping[str, Act] = {
    "bat-dau": _begin,
    "them-phieu": _admit,
    "chot-luot": _finish,
    "cham-lai": _again,
    "thao-luan": _discuss,
    "tu-van": _advise,
    "truong-hop": _case,
    "muc-thong-nhat": _choices,
    "thong-nhat": _agree,
    "chuyen-hop": _meeting,
    "hoan-lai": _break_off,
}
