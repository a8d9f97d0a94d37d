"""What an administrator does with accounts and posts; each act is audited, none of them writes a password.

``by`` is the administrator, or None for the portal itself (commands, the demonstration).
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any, NamedTuple

from axes.utils import reset as unlock
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from areas.models import Area
from ocop_portal.lib import clock

from . import rules
from .auditing import record
from .models import Post, Role, User

# Without 0 o 1 l i: an initial password is read aloud and written on paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class NewAccount(NamedTuple):
    """A new account and its initial password, which is shown once and kept nowhere."""

    user: User
    password: str


def initial_password() -> str:
    """A random password of 16 letters and digits (79 bits) in four groups."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def create_account(
    *, username: str, full_name: str, by: User | None, email: str = "", phone: str = ""
) -> NewAccount:
    """Create an account that may do nothing until posts are given; its initial password lives 72 hours.

    Raises ``ValidationError`` for a user name that is taken or not written as user names are.
    """
    rules.may_administer(by).require()
    user = User(username=username.strip().lower(), full_name=full_name, email=email, phone=phone)
    password = _set_initial_password(user)
    user.full_clean()
    user.save()
    record("account.created", user, by=by, username=user.username)
    return NewAccount(user, password)


@transaction.atomic
def change_account(user: User, *, by: User | None, full_name: str, email: str, phone: str) -> None:
    """Correct a person's name and how to reach them; the audit names the fields, not their contents."""
    rules.may_manage(by, user).require()
    new = {"full_name": full_name, "email": email, "phone": phone}
    old = User.objects.filter(pk=user.pk).values(*new).get()
    changed = [name for name, value in new.items() if old[name] != value]
    User.objects.filter(pk=user.pk).update(**new)
    user.refresh_from_db()
    record("account.changed", user, by=by, fields=changed)


@transaction.atomic
def reset_password(user: User, *, by: User | None) -> str:
    """Give the account a new initial password, end its sessions and lift its lock; returns the password."""
    rules.may_manage(by, user).require()
    password = _set_initial_password(user)
    user.save(update_fields=["password", "password_is_initial", "password_set_at"])
    end_sessions(user)
    unlock(username=user.username)
    record("account.password_reset", user, by=by)
    return password


@transaction.atomic
def choose_password(user: User, password: str, *, by: User | None) -> None:
    """Set the password the person chose; it ends all their sessions, as its digest is part of each."""
    user.set_password(password)
    user.password_is_initial = False
    user.password_set_at = timezone.now()
    user.save(update_fields=["password", "password_is_initial", "password_set_at"])
    record("account.password_changed", user, by=by)


@transaction.atomic
def choose_letters(user: User, wanted: bool, *, by: User) -> None:
    """Keep whether the person is told of notices by e-mail; in the portal everybody is."""
    if User.objects.filter(pk=user.pk, notify_by_email=not wanted).update(notify_by_email=wanted):
        record("account.letters_chosen", user, by=by, wanted=wanted)
    user.notify_by_email = wanted


@transaction.atomic
def disable(user: User, *, by: User | None) -> None:
    """Close the account to its holder from the next request on; its acts and posts stay on record."""
    rules.may_disable(by, user).require()
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_sessions(user)
    record("account.disabled", user, by=by)


@transaction.atomic
def enable(user: User, *, by: User | None) -> None:
    """Open a disabled account again."""
    rules.may_manage(by, user).require()
    User.objects.filter(pk=user.pk).update(is_active=True)
    user.refresh_from_db()
    record("account.enabled", user, by=by)


@transaction.atomic
def give_post(
    user: User,
    *,
    role: Role | str,
    area: Area,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    title: str = "",
) -> Post:
    """Give a person a role in a unit from one day to another (both inclusive; today to no end unless said).

    Raises ``ValidationError`` where it overlaps the same post of the same person.
    """
    rules.may_give_post(by, user, area).require()
    post = Post(
        user=user, role=role, area=area, title=title, starts_on=starts_on or clock.today(), ends_on=ends_on
    )
    post.full_clean()
    post.save()
    record("post.given", post, by=by, **_described(post))
    return post


@transaction.atomic
def end_post(post: Post, *, on: date | None = None, by: User | None) -> None:
    """End a post: from the day ``on`` (today unless said) the person may no longer act by it.

    It takes effect with the next request, and the person signs in anew. A post that ends on or before the
    day it began was never held; its row goes and the audit trail keeps it.
    """
    rules.may_give_post(by, post.user, post.area).require()
    first_day_without = on or clock.today()
    record("post.ended", post, by=by, first_day_without=first_day_without.isoformat(), **_described(post))
    if first_day_without <= post.starts_on:
        post.delete()
    else:
        post.ends_on = first_day_without - timedelta(days=1)
        post.save(update_fields=["ends_on"])
    if first_day_without <= clock.today():
        end_sessions(post.user)


def end_sessions(user: User) -> None:
    """Have every open session of the account sign in anew at its next request."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db()


def _set_initial_password(user: User) -> str:
    password = initial_password()
    user.set_password(password)
    user.password_is_initial = True
    user.password_set_at = timezone.now()
    return password


def _described(post: Post) -> dict[str, Any]:
    return {
        "username": post.user.username,
        "role": post.role,
        "area_code": post.area.code,
        "starts_on": post.starts_on.isoformat(),
        "ends_on": post.ends_on.isoformat() if post.ends_on else None,
    }
