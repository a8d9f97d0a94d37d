"""The way of a dossier through the offices, along the table of ``moves``.

``move`` is the only door by which a state changes. Buttons, guards, the page ``docs/quy-trinh-ho-so.md``
and the tests' truth table all come from ``MOVES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import auditing
from accounts.models import AuditEntry, Post, User
from areas.models import Coverage
from ocop_portal.lib import clock, text

from . import clocks, freezing, levels, places, product_codes, telling, windows
from .models import CriteriaSet, Dossier, DossierStep, Regulation, ReturnPoint
from .moves import EDITABLE, MOVES, SUBMISSIONS, TABLE, Door, Move

State = Dossier.State
# Acts that change nothing of what a person read, so that nobody is late because of them.
BESIDES = ("dossier.assigned", "dossier.samples_received", "dossier.question_settled")
ACTS: dict[str, str | Promise] = {"term_extended": gettext_lazy("term extended")}


class Refused(Exception):
    """An act that the rules don't allow; its text tells the person why."""


class Stale(Refused):
    """Somebody acted since the person opened the page; the text says who, what and when."""

    def __init__(self, words: str, dossier: Dossier | None = None) -> None:
        super().__init__(words)
        self.dossier = dossier


def available(dossier: Dossier, user: User) -> list[Move]:
    """The moves that the dossier's page offers this person now, in the table's order."""
    today = clock.today()
    offered = [row for row in MOVES if row.source == dossier.state and row.door != Door.DECISION]
    rows = [row for row in offered if row.applies(dossier, today)]
    posts = _posts_over(dossier, user)
    level = levels.level_now(dossier, today)
    return [row for row in rows if _post_for(row, posts, level)]


def waiting_for(user: User) -> Q:
    """The condition that a dossier waits for this person: one of his posts makes its next move."""
    found = Q(pk__in=[])
    for post in Post.objects.of(user).working().select_related("area"):
        rows = [row for row in MOVES if row.onward and post.role in row.roles]
        anywhere = Q(state__in=[row.source for row in rows if not row.at_level])
        at_level = Q(state__in=[row.source for row in rows if row.at_level])
        here = anywhere | (at_level & levels.dealt_with_by(post.area.level, clock.today()))
        found |= Q(area__in=Coverage.objects.filter(unit=post.area).values("covered")) & here
    return found


@transaction.atomic
def move(
    dossier: Dossier,
    to: str,
    *,
    by: User,
    on: date | None = None,
    version: int | None = None,
    reason: str = "",
    points: Sequence[str | Point] = (),
    answers: Mapping[int, str] | None = None,
) -> DossierStep:
    """Move the dossier to the state ``to``: check, change, write the step and the audit entry, all or none.

    ``version`` is the one the person saw. ``points`` are what to mend (a return): a plain text concerns the
    dossier as a whole, a ``Point`` the place that it names. ``answers`` maps the points of the last return
    to what was done (a new submission). ``dossier`` shows the change afterwards.
    Raises ``Refused`` with the reason, ``Stale`` when another person was first.
    """
    day = on or clock.today()
    fresh = locked(dossier, version)
    row, post = require(fresh, to, by=by, on=day)
    texts = Texts.of(row, reason, points, answers or {})
    _refuse_unknown_places(fresh, texts.points)
    given = _answers_to_all(fresh, row, texts)
    _enter(fresh, row, day)
    _refuse_unless_ready(fresh, row)
    fresh.save()
    if row.target == State.ACCEPTED:
        product_codes.give(fresh, by=by, on=day)
    step = _write_step(fresh, row, by=by, post=post, on=day, reason=texts.reason)
    _write_points(fresh, step, texts.points, given)
    if row.target in SUBMISSIONS and row.source in EDITABLE:
        freezing.freeze(fresh, step)
    telling.moved(fresh, step, by=by, post=post)
    auditing.record(f"dossier.{row.target.value}", fresh, by=by, on=day.isoformat(), reason=texts.reason)
    dossier.refresh_from_db()
    return step


def locked(dossier: Dossier, version: int | None) -> Dossier:
    """The dossier's row as it is now, kept from others until the transaction ends.

    Raises ``Stale`` when ``version`` is given and is not the row's.
    """
    related = ("area", "product", "enterprise", "group", "regulation", "criteria_set", "previous")
    fresh = Dossier.objects.select_for_update(of=("self",)).select_related(*related).get(pk=dossier.pk)
    refuse_stale(fresh, version)
    return fresh


def refuse_stale(dossier: Dossier, version: int | None) -> None:
    """Raise ``Stale`` when ``version``, the one a person saw, is not the dossier's."""
    if version is not None and version != dossier.version:
        raise Stale(last_act(dossier), dossier)


def require(dossier: Dossier, to: str, *, by: User, on: date | None = None) -> tuple[Move, Post]:
    """The row of the table for this move, and the post by which ``by`` may make it; else ``Refused``."""
    day = on or clock.today()
    row = TABLE.get((dossier.state, str(to)))
    if row is None or not row.applies(dossier, day):
        target = State(to).label
        raise Refused(
            _("The dossier is in the state “%(now)s”; from there it can't become “%(target)s”.")
            % {"now": dossier.get_state_display(), "target": target}
        )
    post = _post_for(row, _posts_over(dossier, by), levels.level_now(dossier, day))
    if post is None:
        roles = ", ".join(str(role.label) for role in row.roles)
        raise Refused(
            _("Only these posts, at the level that deals with the dossier, may do this: %(roles)s.")
            % {"roles": roles}
        )
    return row, post


def pinned(dossier: Dossier) -> Regulation:
    """The regulation that the dossier is bound to; ``Refused`` for one that was never submitted."""
    if dossier.regulation is None:
        raise Refused(_("The dossier has not been submitted yet."))
    return dossier.regulation


def last_act(dossier: Dossier) -> str:
    """Who did what last to the dossier and when, in words."""
    key = {"object_type": dossier._meta.label_lower, "object_id": str(dossier.pk)}
    entry = AuditEntry.objects.filter(**key).exclude(act__in=BESIDES).order_by("pk").last()
    if entry is None:
        return _("The dossier has changed since you opened this page.")
    done = entry.act.removeprefix("dossier.")
    what = State(done).label if done in State.values else ACTS.get(done, _("contents changed"))
    return _("%(who)s was first, at %(when)s: %(what)s. The dossier is now in the state “%(state)s”.") % {
        "who": entry.actor_name,
        "when": date_format(timezone.localtime(entry.at), "H:i d/m/Y"),
        "what": what,
        "state": dossier.get_state_display(),
    }


def posts_at_level(dossier: Dossier, user: User, on: date) -> list[Post]:
    """The posts that the person holds over the dossier at the level that deals with it on the day."""
    level = levels.level_now(dossier, on)
    wanted = levels.ENTERED_BY.get(level, level)
    return [post for post in _posts_over(dossier, user) if post.area.level == wanted]


def _posts_over(dossier: Dossier, user: User) -> list[Post]:
    posts = Post.objects.of(user).working().filter(area__covers__covered=dossier.area_id)
    return list(posts.select_related("area").order_by("pk"))


def _post_for(row: Move, posts: Iterable[Post], level: str) -> Post | None:
    """The post that allows the move: its role, and where the row says so its unit's level."""
    wanted = levels.ENTERED_BY.get(level, level)
    fitting = (p for p in posts if p.role in row.roles and (not row.at_level or p.area.level == wanted))
    return next(fitting, None)


@dataclass(frozen=True)
class Point:
    """One thing to mend, and its place: ``section:dang-ky``, ``criterion:1.1``, empty for the whole."""

    text: str
    target: str = ""

    @classmethod
    def of(cls, raw: str | Point) -> Point:
        """The point in one spelling; a plain text is one of the whole dossier."""
        if isinstance(raw, str):
            return cls(text.nfc(raw))
        return cls(text.nfc_lines(raw.text), raw.target)


@dataclass(frozen=True)
class Texts:
    """What the person wrote, cleaned, and checked against what the row asks for."""

    reason: str
    points: tuple[Point, ...]
    answers: dict[int, str]

    @classmethod
    def of(cls, row: Move, reason: str, points: Sequence[str | Point], answers: Mapping[int, str]) -> Texts:
        """Clean the texts; ``Refused`` where the row asks for one that is missing."""
        texts = cls(
            text.nfc_lines(reason),
            tuple(point for raw in points if (point := Point.of(raw)).text),
            {int(key): text.nfc_lines(answer) for key, answer in answers.items()},
        )
        if row.asks_reason and not texts.reason:
            raise Refused(_("Say why."))
        if row.asks_points and not texts.points:
            raise Refused(_("Name at least one point to mend."))
        return texts


def open_points(dossier: Dossier) -> list[ReturnPoint]:
    """The points of the returns so far that have no answer yet."""
    return list(dossier.return_points.filter(answer="").order_by("step", "position"))


def _answers_to_all(dossier: Dossier, row: Move, texts: Texts) -> list[tuple[ReturnPoint, str]]:
    if not row.asks_answers:
        return []
    pairs = [(point, texts.answers.get(point.pk, "")) for point in open_points(dossier)]
    if not all(answer for _point, answer in pairs):
        raise Refused(_("Answer every point of the return."))
    return pairs


def _refuse_unknown_places(dossier: Dossier, points: Iterable[Point]) -> None:
    named = {point.target for point in points} - {""}
    if unknown := sorted(named - places.titles(dossier).keys() if named else ()):
        raise Refused(_("The dossier has no such place: %(place)s.") % {"place": unknown[0]})


def _enter(dossier: Dossier, row: Move, on: date) -> None:
    """Set what the state brings with it: the pinned regulation, the level, the clock."""
    if on < dossier.state_since:
        raise Refused(
            _("The dossier has been in its state since %(day)s; a step can't be earlier.")
            % {"day": dossier.state_since.strftime("%d/%m/%Y")}
        )
    before = dossier.level
    if row.source == State.DRAFT and row.target in SUBMISSIONS:
        _pin(dossier, on)
    elif (row.source, row.target) == (State.AT_COMMUNE, State.SUBMITTED):
        dossier.level = levels.first_scorer(dossier, on)
    elif row.target == State.FORWARDED:
        above = levels.next_level(dossier, on)
        if above is None:
            raise Refused(_("There is no level above to forward the dossier to."))
        dossier.level = above
    else:
        dossier.level = levels.level_now(dossier, on)
    dossier.state = row.target
    dossier.state_since = on
    _turn_clock(dossier, row, on, same_level=dossier.level == before)
    if dossier.level != before or row.target in {State.WITHDRAWN, State.REFILED}:
        # Whoever was in charge holds no post at the new level, and nobody is in charge of what was given up.
        dossier.assigned_to = None
    dossier.version += 1


def _turn_clock(dossier: Dossier, row: Move, on: date, *, same_level: bool) -> None:
    """A return stops the clock of the unit that checks; the answer lets it run on. Decision record 0011.

    A unit that took over from an ended one in between begins with its own full term.
    """
    left = clocks.stopped(dossier, on) if row.target == State.RETURNED else None
    again = clocks.resumed(dossier, on) if row.asks_answers and same_level else None
    dossier.due_on = again or clocks.due_on(dossier, row.clock, on)
    dossier.paused_days = left


def _pin(dossier: Dossier, on: date) -> None:
    """Bind the dossier to the regulation of its first submission; returns don't change it."""
    try:
        dossier.regulation = Regulation.objects.filing_on(on)
    except Regulation.DoesNotExist:
        raise Refused(
            _("No regulation is loaded under which a dossier can be filed on %(day)s.")
            % {"day": on.strftime("%d/%m/%Y")}
        ) from None
    dossier.first_submitted_on = on
    dossier.late_since = windows.late_since(dossier, on)
    rating = CriteriaSet.objects.rating(dossier.group, dossier.regulation)
    if dossier.criteria_set != rating and _judged(dossier):
        raise Refused(_("Another criteria set applies now. Open the dossier and carry the answers over."))
    dossier.criteria_set = rating
    at_commune = levels.goes_to_commune(dossier, on)
    dossier.level = levels.COMMUNE if at_commune else levels.first_scorer(dossier, on)


def _judged(dossier: Dossier) -> bool:
    """Whether anything in the draft hangs on its criteria set."""
    return dossier.answers.exists() or dossier.evidence_uses.filter(criterion__isnull=False).exists()


def _refuse_unless_ready(dossier: Dossier, row: Move) -> None:
    reasons = [str(reason) for condition in row.needs if (reason := condition(dossier))]
    if reasons:
        raise Refused(" ".join(reasons))


def _write_step(dossier: Dossier, row: Move, *, by: User, post: Post, on: date, reason: str) -> DossierStep:
    # The history is one record in the administration's language, whoever's screen it was done on.
    with translation.override("vi"):
        held = post.title or post.get_role_display()
    return DossierStep.objects.create(
        dossier=dossier,
        from_state=row.source,
        to_state=row.target,
        by=by,
        by_name=str(by),
        by_post=f"{held}, {post.area}",
        on=on,
        reason=reason,
    )


def _write_points(
    dossier: Dossier, step: DossierStep, points: Iterable[Point], given: Iterable[tuple[ReturnPoint, str]]
) -> None:
    ReturnPoint.objects.bulk_create(
        ReturnPoint(step=step, dossier=dossier, position=number, text=point.text, target=point.target)
        for number, point in enumerate(points, start=1)
    )
    for point, answer in given:
        point.answer, point.answered_at = answer, timezone.now()
        point.save(update_fields=["answer", "answered_at"])
