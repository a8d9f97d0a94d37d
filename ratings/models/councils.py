"""Rounds (đợt đánh giá), councils with their members and statute, sessions with attendance and agenda."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import AreaScopedQuerySet
from areas.models import Area

from .dossiers import Dossier
from .regulations import Authority


class RoundQuerySet(AreaScopedQuerySet):
    """Rounds; scope comes from the unit whose council rates."""


class Round(models.Model):
    """One assessment round of a unit in a year, with the days by which each step is done."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="rounds", verbose_name=_("unit"))
    level = models.CharField(_("level"), max_length=10, choices=Authority.AuthorityLevel.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("round"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    extra = models.BooleanField(_("extra round"), default=False)
    submit_before = models.DateField(_("communes propose by"))
    done_before = models.DateField(_("done by"))
    closes_at_17 = models.BooleanField(_("closes at 17:00 on that day"), default=False)
    dossiers_a_day = models.PositiveSmallIntegerField(_("dossiers a council day"), default=12)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["area", "level", "year", "number"], name="round_once"),
            models.CheckConstraint(
                condition=Q(done_before__gte=F("submit_before")), name="round_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(dossiers_a_day__gt=0), name="round_has_capacity"),
        ]

    def __str__(self) -> str:
        return self.name or str(
            _("Round %(number)s of %(year)s") % {"number": self.number, "year": self.year}
        )


class CouncilQuerySet(AreaScopedQuerySet):
    """Councils; scope comes from the unit that set them up."""

    def standing(self, on: date) -> Self:
        """Councils set up by the day and not ended before it."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class Council(models.Model):
    """A council with its statute: quorum, spread and how a floor is met are its settings, no law."""

    class FloorBy(models.TextChoices):
        MEAN = "mean", _("The mean of the sheets' points")
        AGREED = "agreed", _("The council's agreed choice")

    area = models.ForeignKey(Area, models.PROTECT, related_name="councils", verbose_name=_("unit"))
    level = models.CharField(_("level"), max_length=10, choices=Authority.AuthorityLevel.choices)
    name = models.CharField(_("name"), max_length=250)
    decision_number = models.CharField(_("set up by decision"), max_length=50, blank=True)
    decision_on = models.DateField(_("decision of"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    quorum_percent = models.PositiveSmallIntegerField(_("quorum (%)"), default=75)
    chair_required = models.BooleanField(_("only with its chair"), default=True)
    spread_points = models.DecimalField(
        _("members' totals differ by at most (points)"), max_digits=5, decimal_places=2, default=10
    )
    floor_by = models.CharField(
        _("a floor is met by"), max_length=10, choices=FloorBy.choices, default=FloorBy.MEAN
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CouncilQuerySet.as_manager()

    class Meta:
        verbose_name = _("council")
        verbose_name_plural = _("councils")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="council_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(quorum_percent__range=(1, 100)), name="council_quorum_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CouncilMember(models.Model):
    """A seat in a council or its advisory team, held by a person from one day to another."""

    class Seat(models.TextChoices):
        CHAIR = "chair", _("Chair")
        SECRETARY = "secretary", _("Secretary")
        MEMBER = "member", _("Member")
        ADVISER = "adviser", _("Advisory team")

    SCORING = (Seat.CHAIR, Seat.SECRETARY, Seat.MEMBER)

    council = models.ForeignKey(Council, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="seats", verbose_name=_("account"))
    seat = models.CharField(_("seat"), max_length=10, choices=Seat.choices, default=Seat.MEMBER)
    position = models.CharField(_("position in the administration"), max_length=150, blank=True)
    place = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("council member")
        verbose_name_plural = _("council members")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "user"], condition=Q(ends_on__isnull=True), name="council_seat_once"
            ),
            models.UniqueConstraint(
                fields=["council"],
                condition=Q(seat="chair", ends_on__isnull=True),
                name="council_one_chair",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="council_seat_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_seat_display()})"


class Session(models.Model):
    """The council at work on one day, or asked for its written opinions."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        WRITTEN = "written", _("Written opinion")

    class State(models.TextChoices):
        PLANNED = "planned", _("Session planned")
        OPEN = "open", _("Session open")
        CLOSED = "closed", _("Session closed")

    council = models.ForeignKey(Council, models.PROTECT, related_name="sessions")
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("round")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MEETING)
    on = models.DateField(_("day"))
    begins_at = models.TimeField(_("begins at"), null=True, blank=True)
    place = models.CharField(_("place of the meeting"), max_length=200, blank=True)
    invitation = models.TextField(_("text of the invitation"), blank=True)
    minutes_number = models.CharField(_("number of the minutes"), max_length=50, blank=True)
    minutes_note = models.TextField(_("for the minutes"), blank=True)
    # A written opinion that turned out divided is taken up again in a meeting.
    turned_into = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="turned_from"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("council session")
        verbose_name_plural = _("council sessions")
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.council} {self.on:%d/%m/%Y}"


class Attendance(models.Model):
    """Whether a member came to a session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances")
    member = models.ForeignKey(CouncilMember, models.PROTECT, related_name="attendances")
    present = models.BooleanField(_("present"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [models.UniqueConstraint(fields=["session", "member"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.member_id}"


class AgendaItem(models.Model):
    """A dossier on a session's agenda, from its first sheet to its agreed result."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Not begun")
        SCORING = "scoring", _("Being scored")
        DISCUSSION = "discussion", _("To be discussed")
        AGREED = "agreed", _("Result agreed")
        POSTPONED = "postponed", _("Postponed")

    session = models.ForeignKey(Session, models.CASCADE, related_name="items")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField(_("place on the agenda"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    # The case by which a dossier with exclusive cases is scored; changed only for all sheets together.
    case = models.PositiveSmallIntegerField(_("case"), null=True, blank=True)
    advice = models.TextField(_("report of the advisory team"), blank=True)
    advice_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    discussion = models.TextField(_("discussion"), blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "dossier"], name="agenda_item_once"),
            # A dossier lies before one session at a time; a postponed or agreed item lets it go.
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(state__in=["waiting", "scoring", "discussion"]),
                name="agenda_item_one_open_a_dossier",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.dossier}"


class Declaration(models.Model):
    """What a member declares of his interest in a dossier; one with an interest doesn't score it."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="declarations")
    member = models.ForeignKey(CouncilMember, models.PROTECT, related_name="declarations")
    has_interest = models.BooleanField(_("has an interest"))
    reason = models.CharField(_("which interest"), max_length=250, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("declaration of interest")
        verbose_name_plural = _("declarations of interest")
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="declaration_once"),
            models.CheckConstraint(
                condition=Q(has_interest=False) | ~Q(reason=""), name="declaration_says_which_interest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.member_id}"


class Interest(models.Model):
    """A lasting link of a person to an organisation: he never scores a dossier of it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="interests", verbose_name=_("account"))
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    reason = models.CharField(_("which interest"), max_length=250)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("interest in an organisation")
        verbose_name_plural = _("interests in organisations")
        constraints = [models.UniqueConstraint(fields=["user", "enterprise"], name="interest_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.enterprise_id}"
