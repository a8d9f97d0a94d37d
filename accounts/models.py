"""Accounts, posts and the audit trail.

A person's rights come from posts alone: role × area × days. There are no groups, no per-object rights.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeBoundary
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from areas import finding
from areas.models import Area
from ocop_portal.lib import clock


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Create an account; without a password it can't sign in until one is set."""
        user = self.model(username=username.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Create the technical account that reaches the whole administration site."""
        return self.create_user(username, password, is_superuser=True, **fields)


class User(AbstractBaseUser):
    """A person's account. What the person may do stands in :class:`Post`."""

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9]+([._-][a-z0-9]+)*\Z",
                _("A user name has small letters, digits, dots and hyphens, such as xa.damthuy."),
            )
        ],
        error_messages={"unique": _("This user name is taken.")},
    )
    full_name = models.CharField(_("full name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    notify_by_email = models.BooleanField(_("tell me of notices by e-mail"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_superuser = models.BooleanField(_("technical account"), default=False)
    password_is_initial = models.BooleanField(_("initial password"), default=False)
    password_set_at = models.DateTimeField(_("password set at"), null=True, blank=True)
    # Raised to end every session of the account at the next request.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    date_joined = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def is_staff(self) -> bool:
        """Whether the administration site opens: administrators by post, and the technical account."""
        return self.is_superuser or (Post.objects.of(self).working().filter(role=Role.ADMINISTRATOR).exists())

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Only the administration site asks this; what it may change stands in its own pages."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """See :meth:`has_perm`."""
        return self.is_active and self.is_staff

    def get_full_name(self) -> str:
        return self.full_name

    def get_session_auth_hash(self) -> str:
        """A digest that changes with the password and with :attr:`session_epoch`, so either ends sessions."""
        salt = "accounts.User.get_session_auth_hash"
        return salted_hmac(salt, f"{self.password}|{self.session_epoch}", algorithm="sha256").hexdigest()


class Role(models.TextChoices):
    """What a person may do in the area of a post."""

    COMMUNE = "commune", _("Commune staff")
    OFFICER = "officer", _("Programme officer")
    COUNCIL = "council", _("Council member")
    LEADER = "leader", _("Leader")
    ADMINISTRATOR = "administrator", _("Administrator")


class PostQuerySet(models.QuerySet["Post"]):
    def current(self, on: date | None = None) -> Self:
        """Posts held on the day (today unless given)."""
        day = on or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def of(self, user: User, on: date | None = None) -> Self:
        """The posts that an active account holds on the day."""
        return self.current(on).filter(user_id=user.pk, user__is_active=True)

    def working(self, on: date | None = None) -> Self:
        """Posts in units that still exist: a post in an ended one reads and changes nothing."""
        day = on or clock.today()
        return self.current(day).filter(Q(area__valid_to__isnull=True) | Q(area__valid_to__gte=day))


class DaterangeOf(Func):
    """``daterange(starts_on, ends_on, '[]')``."""

    function = "daterange"
    output_field = DateRangeField()


class Int8rangeOf(Func):
    """``int8range(id, id, '[]')``: lets GiST compare a key without an extension."""

    function = "int8range"


class Post(models.Model):
    """A role held by a person in an area from one day to another (both inclusive)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="posts", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    area = models.ForeignKey(Area, models.PROTECT, related_name="posts", verbose_name=_("area"))
    title = models.CharField(_("job title"), max_length=100, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            *[
                ExclusionConstraint(
                    name=f"post_no_overlap_{role}",
                    violation_error_message=_("The person holds this post on some of these days already."),
                    condition=Q(role=role),
                    expressions=[
                        (Int8rangeOf("user", "user", Value("[]")), RangeOperators.OVERLAPS),
                        (Int8rangeOf("area", "area", Value("[]")), RangeOperators.OVERLAPS),
                        (
                            DaterangeOf("starts_on", "ends_on", RangeBoundary(True, True)),
                            RangeOperators.OVERLAPS,
                        ),
                    ],
                )
                for role in Role.values
            ],
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} — {self.area}"


class AuditEntry(models.Model):
    """Who did what to which record, when; append-only, kept so by a trigger in the database."""

    at = models.DateTimeField(_("time"), auto_now_add=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    actor_name = models.CharField(_("by (name then)"), max_length=100)
    act = models.CharField(_("act"), max_length=60)
    object_type = models.CharField(_("kind of record"), max_length=60)
    object_id = models.CharField(_("record"), max_length=40)
    object_label = models.CharField(_("record (name then)"), max_length=300)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name=_("area"))
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.act} {self.object_type} {self.object_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def open(self) -> Self:
        """Notices whose matter still stands."""
        return self.filter(settled_at__isnull=True)

    def of_posts(self, posts: Iterable[Post], on: date | None = None) -> Self:
        """The notices that these working posts read on the day: those of the post's own unit, and those of
        ended units whose work has passed to it (``areas.finding.left_to``), never those of units under it.

        What asks for nothing is read by whoever held the post when it was told, and by an heir only where it
        was told after the unit had ended.
        """
        day = on or clock.today()
        found = Q(pk__in=[])
        for post in posts:
            news = Q(on__gte=post.starts_on)
            own = Q(area=post.area_id) & (Q(asks=True) | news)
            left = Q(area__in=finding.left_to(post.area, day).values("pk"))
            left &= Q(asks=True) | (news & Q(on__gt=F("area__valid_to")))
            found |= Q(role=post.role) & (own | left)
        return self.filter(found)

    def with_read(self, user: User) -> Self:
        """The notices with ``is_read``: whether this person has read it."""
        return self.annotate(is_read=Exists(NoticeRead.objects.filter(notice=OuterRef("pk"), user=user)))

    def unread_by(self, user: User) -> Self:
        """Open notices that this person has not read."""
        return self.open().with_read(user).filter(is_read=False)

    def waiting_for(self, user: User) -> Self:
        """Open notices that belong on this person's desk: unread ones, and those that ask for an act."""
        return self.open().with_read(user).filter(Q(asks=True) | Q(is_read=False))

    def to_mail(self, now: datetime) -> Self:
        """Open notices whose e-mail is due and neither sent nor in a worker's hands."""
        return self.open().filter(mail_due_at__lte=now)


class Notice(models.Model):
    """A word to a post (role × unit), never to a person: whoever holds the post reads it.

    ``key`` names the event, so a task run twice tells it once; ``kind`` names the words, which are made from
    ``facts`` when they are shown, in the reader's language. E-mail carries the link alone.
    One that ``asks`` stays on the desk until its matter is settled, others until they are read.
    """

    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    area = models.ForeignKey(Area, models.CASCADE, related_name="+", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(max_length=150)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    on = models.DateField(_("on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Set when the matter is done with, so that nobody is told of it any more.
    settled_at = models.DateTimeField(null=True, editable=False)
    asks = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, editable=False)
    # When a worker may take the e-mail up (again); empty once it is sent, given up or not wanted.
    mail_due_at = models.DateTimeField(_("mail due at"), null=True, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(_("attempts to mail"), default=0, editable=False)
    mail_error = models.CharField(_("why it could not be mailed"), max_length=40, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["role", "area"], condition=Q(settled_at__isnull=True), name="notice_open"),
            models.Index(
                fields=["key"],
                opclasses=["varchar_pattern_ops"],
                condition=Q(settled_at__isnull=True),
                name="notice_open_key",
            ),
            models.Index(
                fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False), name="notice_to_mail"
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["role", "area", "key"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}"


class NoticeRead(models.Model):
    """A person has read a notice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="reads")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("notice read")
        verbose_name_plural = _("notices read")
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="notice_read_once")]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.user_id}"
