"""What a person must do today, by post: lists of dossiers, decisions and reports that wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.models import Notice, Post, Role, User
from accounts.notice_words import title_of
from areas.models import Coverage, Level
from ocop_portal.lib import clock, periods
from plans import months, reporting
from plans.models import ReportedFigure
from ratings import marking
from ratings.models import CouncilMember, Decision, Dossier, Objection, Session
from ratings.models.dossiers import DossierQuerySet
from reports.models import Run

from .notices import Line, waiting

State = Dossier.State
SHOWN = 20


@dataclass(frozen=True)
class Task:
    """One line of a list: what to open, what it is about, until when."""

    label: str
    about: str
    url: str
    due_on: date | None = None
    late: bool = False
    dossier: int | None = None


@dataclass(frozen=True)
class Pile:
    """Work of one kind that waits: how much in all, the first lines of it, and what an empty one means."""

    title: str | Promise
    empty: str | Promise
    count: int = 0
    tasks: list[Task] = field(default_factory=list)

    @property
    def is_dated(self) -> bool:
        """Whether any line shown has a day by which it is due."""
        return any(task.due_on for task in self.tasks)


@dataclass(frozen=True)
class Desk:
    """What the page shows: the posts of today, the piles of work, and a word for whoever has none."""

    posts: list[Post]
    piles: list[Pile]
    notices: list[Line]

    @property
    def roles(self) -> set[str]:
        """The roles of the posts."""
        return {post.role for post in self.posts}


@dataclass(frozen=True)
class _Sort:
    """A pile of dossiers: whose it is, in which states, and whether the level of the post deals with it."""

    role: Role
    states: tuple[State, ...]
    title: str | Promise
    empty: str | Promise


_DOSSIERS = (
    _Sort(
        Role.COMMUNE,
        (State.RETURNED,),
        _("Returned dossiers to answer"),
        _("No dossier was returned to you."),
    ),
    _Sort(
        Role.COMMUNE,
        (State.AT_COMMUNE,),
        _("Dossiers that the commune is to assess (Form 03)"),
        _("No dossier waits for the commune's assessment."),
    ),
    _Sort(
        Role.COMMUNE,
        (State.DRAFT,),
        _("Drafts to complete and submit"),
        _("No draft waits. Start a dossier from the page of a product."),
    ),
    _Sort(
        Role.OFFICER,
        (State.SUBMITTED,),
        _("Submitted dossiers to check"),
        _("No dossier waits to be checked."),
    ),
    _Sort(
        Role.OFFICER,
        (State.ACCEPTED, State.FORWARDED),
        _("Accepted dossiers that wait for a result"),
        _("No accepted dossier waits for its result."),
    ),
    _Sort(
        Role.OFFICER,
        (State.SCORED,),
        _("Assessed dossiers that wait for a decision"),
        _("No assessed dossier waits for a decision."),
    ),
)


def desk_of(user: User) -> Desk:
    """The person's work of today; the number of statements depends on the posts' roles alone."""
    posts = list(Post.objects.of(user).working().select_related("area"))
    piles = _assigned(user, [post for post in posts if post.role == Role.OFFICER])
    piles += [
        _dossiers(sort, [post for post in posts if post.role == sort.role], user)
        for sort in _DOSSIERS
        if any(post.role == sort.role for post in posts)
    ]
    if any(post.role == Role.COUNCIL for post in posts):
        piles += [_sheets(user), _sessions(user)]
    piles += _objections([post for post in posts if post.role == Role.OFFICER])
    piles += _on_plans(posts)
    leading = [post for post in posts if post.role == Role.LEADER]
    if leading:
        piles.append(_decisions(leading))
    if any(post.role in {Role.LEADER, Role.OFFICER} for post in posts):
        piles.append(_runs(user))
    if any(post.role == Role.ADMINISTRATOR for post in posts):
        piles += _letters(user)
    return Desk(posts, piles, _not_listed_below(waiting(user, posts), piles))


def _not_listed_below(lines: list[Line], piles: list[Pile]) -> list[Line]:
    """The notices without those that were read and whose dossier waits in a pile: it stands there anyway."""
    listed = {task.dossier for pile in piles for task in pile.tasks if task.dossier}
    return [line for line in lines if line.unread or line.dossier not in listed]


def _dossiers(sort: _Sort, posts: list[Post], user: User) -> Pile:
    """The dossiers of one kind; an officer's own stand in the pile of those in the officer's charge."""
    rows = _overdue_first(_of_posts(posts).filter(state__in=sort.states))
    if sort.role == Role.OFFICER:
        rows = rows.exclude(assigned_to=user)
    return _pile(sort.title, sort.empty, rows, _lines(rows))


def _assigned(user: User, posts: list[Post]) -> list[Pile]:
    """The dossiers in the person's charge that wait for the person's unit; no pile where there are none."""
    if not posts:
        return []
    states = [state for sort in _DOSSIERS if sort.role == Role.OFFICER for state in sort.states]
    rows = _overdue_first(_of_posts(posts).filter(assigned_to=user, state__in=states))
    tasks = _lines(rows)
    return [_pile(_("Dossiers in my charge"), "", rows, tasks)] if tasks else []


def _letters(user: User) -> list[Pile]:
    """E-mail of notices that the mail server did not take; an administrator looks why."""
    rows = Notice.objects.filter(area__in=rules.administered(user)).exclude(mail_error="").order_by("-pk")
    tasks = [
        Task(title_of(row), row.mail_error, address("admin:accounts_notice_change", row.pk))
        for row in rows[:SHOWN]
    ]
    return [_pile(_("E-mail that could not be sent"), "", rows, tasks)] if tasks else []


def _overdue_first(rows: DossierQuerySet) -> DossierQuerySet:
    return rows.select_related("product", "enterprise").order_by(F("due_on").asc(nulls_last=True), "pk")


def _lines(rows: DossierQuerySet) -> list[Task]:
    today = clock.today()
    return [
        Task(
            row.code,
            f"{row.product.name} — {row.enterprise.name}",
            address("ratings:dossier", row.pk),
            row.due_on,
            row.due_on is not None and row.due_on < today,
            row.pk,
        )
        for row in rows[:SHOWN]
    ]


def _of_posts(posts: Iterable[Post]) -> DossierQuerySet:
    """The dossiers that wait for the units of the posts: a commune's own, else those at the post's level."""
    mine = Q(pk__in=[])
    for post in posts:
        covered = Q(area__in=Coverage.objects.filter(unit=post.area_id).values("covered"))
        mine |= covered if post.role == Role.COMMUNE else covered & _at_level(post)
    return Dossier.objects.filter(mine)


def _at_level(post: Post) -> Q:
    """That the post's level deals with it; the province also does for the centre and for ended districts."""
    if post.area.level != Level.PROVINCE:
        return Q(level=post.area.level)
    standing = Coverage.objects.filter(
        unit__level=Level.DISTRICT, unit__in=type(post.area).objects.in_force(clock.today())
    )
    ended = Q(level=Level.DISTRICT) & ~Q(area__in=standing.values("covered"))
    return Q(level__in=[Level.PROVINCE, "central"]) | ended


def _decisions(posts: list[Post]) -> Pile:
    own = [post.area_id for post in posts]
    # What an ended unit prepared and never signed falls to the leader of the unit that covers it.
    left = Q(
        area__in=Coverage.objects.filter(unit__in=own).values("covered"), area__valid_to__lt=clock.today()
    )
    prepared = Decision.objects.filter(state=Decision.State.PREPARED)
    rows = prepared.filter(Q(area__in=own) | left).order_by("pk")
    tasks = [
        Task(row.title or str(row), row.issuing_body, address("ratings:decision", row.pk))
        for row in rows[:SHOWN]
    ]
    return _pile(_("Decisions to sign"), _("No prepared decision waits for your signature."), rows, tasks)


def _sheets(user: User) -> Pile:
    """A council member's sheets that are to be handed in."""
    item = "scoring_pass__item"
    rows = marking.waiting(user).select_related(f"{item}__session", f"{item}__dossier__product")
    tasks = [
        Task(
            sheet.scoring_pass.item.dossier.code,
            sheet.scoring_pass.item.dossier.product.name,
            address("ratings:sheet", sheet.pk),
            sheet.scoring_pass.item.session.on,
            sheet.scoring_pass.item.session.on < clock.today(),
        )
        for sheet in rows[:SHOWN]
    ]
    return _pile(_("Score sheets to hand in"), _("No sheet waits for you."), rows, tasks)


def _sessions(user: User) -> Pile:
    """The sessions planned and open of the councils in which the person has a seat today."""
    seats = CouncilMember.objects.held_by(user).values("council")
    rows = Session.objects.filter(council__in=seats).exclude(state=Session.State.CLOSED)
    tasks = [
        Task(row.council.name, row.get_state_display(), address("ratings:session", row.pk), row.on)
        for row in rows.select_related("council").order_by("on", "pk")[:SHOWN]
    ]
    empty = _("No session waits for you. Those of your councils appear here.")
    return _pile(_("Sessions of my councils"), empty, rows, tasks)


def _objections(posts: list[Post]) -> list[Pile]:
    """Open objections to what the units of the posts, or units under them that ended, decided."""
    if not posts:
        return []
    own = [post.area_id for post in posts]
    left = Q(
        decision__area__in=Coverage.objects.filter(unit__in=own).values("covered"),
        decision__area__valid_to__lt=clock.today(),
    )
    rows = Objection.objects.filter(Q(decision__area__in=own) | left, outcome="").order_by("due_on", "pk")
    tasks = [
        Task(
            row.dossier.code,
            f"{row.dossier.product.name} — {row.dossier.enterprise.name}",
            address("ratings:objection", row.pk),
            row.due_on,
            row.due_on < clock.today(),
        )
        for row in rows.select_related("dossier__product", "dossier__enterprise")[:SHOWN]
    ]
    return [_pile(_("Objections to answer"), "", rows, tasks)] if tasks else []


def _on_plans(posts: list[Post]) -> list[Pile]:
    """Monthly reports that the communes are to send, and figures that the officers are to accept."""
    piles = []
    clerks = [post.area for post in posts if post.role == Role.COMMUNE]
    if clerks:
        waiting_reports = [
            Task(str(plan), f"{month:%m/%Y}", reporting.address(plan, unit, month), due, due < clock.today())
            for plan, unit, month, due in months.to_send(clerks, clock.today())
        ]
        if waiting_reports:
            piles.append(
                Pile(_("Monthly reports to send"), "", len(waiting_reports), waiting_reports[:SHOWN])
            )
    officers = [post.area_id for post in posts if post.role == Role.OFFICER]
    if officers:
        rows = (
            ReportedFigure.objects.pending().filter(target__plan__area__in=officers).order_by("as_of", "pk")
        )
        tasks = [
            Task(row.target.words[:100], f"{row.area}, {row.as_of:%m/%Y}", _report_of(row))
            for row in rows.select_related("target", "area", "report__plan", "report__area")[:SHOWN]
        ]
        piles += [_pile(_("Reported figures to accept"), "", rows, tasks)] if tasks else []
    return piles


def _report_of(figure: ReportedFigure) -> str:
    report = figure.report
    return reporting.address(report.plan, report.area, report.month) if report else ""


def _runs(user: User) -> Pile:
    rows = Run.objects.visible_to(user).filter(requests__user=user).select_related("area").order_by("-pk")
    tasks = [
        Task(
            f"{row.area}: {periods.parse(row.period).label}",
            row.get_state_display(),
            address("reports:run", row.pk),
        )
        for row in rows[:5]
    ]
    return _pile(_("My reports"), _("You have not had a report compiled yet."), rows, tasks)


def _pile(title: str | Promise, empty: str | Promise, rows: QuerySet[Any], tasks: list[Task]) -> Pile:
    """Count only where the list is longer than what is shown."""
    return Pile(title, empty, len(tasks) if len(tasks) < SHOWN else rows.count(), tasks)


def address(name: str, *args: object) -> str:
    """The address of a page, empty where the page is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
