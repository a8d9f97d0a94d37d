"""The door: signing in and out, locks, passwords, sessions that end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.test import Client
from django.utils import timezone

from accounts import managing
from accounts.models import AuditEntry, Post, Role
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
PROFILE, PASSWORD_PAGE, MY_WORK, HOME = "/tai-khoan/", "/mat-khau/", "/viec-cua-toi/", "/"
WRONG = "The user name or the password is not right."


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra):
    return client.post("/dang-nhap/", {"username": username, "password": password, "next": PROFILE}, **extra)


def is_in(client: Client) -> bool:
    return client.get(PROFILE).status_code == 200


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def text_of(response) -> str:
    return response.content.decode()


def test_a_person_signs_in_and_comes_to_the_page_asked_for(commune_staff, visitor):
    assert visitor.get(PROFILE).headers["Location"] == f"/dang-nhap/?next={PROFILE}"
    page = visitor.get(f"/dang-nhap/?next={PROFILE}")
    assert f'name="next" value="{PROFILE}"' in text_of(page)
    assert sign_in(visitor, "xa.damthuy").headers["Location"] == PROFILE
    assert is_in(visitor)


def test_the_user_name_may_be_typed_in_capitals_with_spaces(commune_staff, visitor):
    assert sign_in(visitor, "  XA.DamThuy ").status_code == 302


@pytest.mark.parametrize(
    "asked", ["https://example.com/", "//example.com", "javascript:alert(1)", "/\\example.com"]
)
def test_signing_in_leads_to_no_other_site(commune_staff, visitor, asked):
    response = visitor.post("/dang-nhap/", {"username": "xa.damthuy", "password": PASSWORD, "next": asked})
    assert response.headers["Location"] == MY_WORK


def test_who_is_in_is_not_asked_again(commune_staff, client_of):
    assert client_of(commune_staff).get("/dang-nhap/").headers["Location"] == MY_WORK


def test_an_unknown_user_a_wrong_password_and_a_closed_account_get_one_answer(commune_staff, neighbour):
    managing.disable(neighbour, by=None)
    answers = set()
    for username, password in [("xa.damthuy", "sai"), ("nobody", "sai"), ("xa.chivien", PASSWORD)]:
        response = sign_in(english(Client()), username, password)
        assert response.status_code == 200
        page = text_of(response).replace(username, "").split("<main")[1].split("</main")[0]
        answers.add(
            page.split('name="csrfmiddlewaretoken"')[0] + page.split("novalidate>")[1].split('">', 1)[1]
        )
        assert WRONG in page
    assert len(answers) == 1


def test_five_bad_sign_ins_lock_this_user_from_this_address_only(commune_staff, neighbour):
    here = english(Client(REMOTE_ADDR="10.0.0.1"))
    assert [sign_in(here, "xa.damthuy", "sai").status_code for _ in range(5)] == [200] * 4 + [429]
    locked = sign_in(here, "xa.damthuy")
    assert locked.status_code == 429
    until = timezone.localtime(timezone.now() + timedelta(minutes=15))
    minutes = {f"Try again after {until - timedelta(minutes=late):%H:%M on %d/%m/%Y}" for late in (0, 1)}
    assert any(words in text_of(locked) for words in minutes)
    # A colleague behind the same address, and the same person from elsewhere.
    assert sign_in(Client(REMOTE_ADDR="10.0.0.1"), "xa.chivien").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="10.0.0.2"), "xa.damthuy").status_code == 302


def test_an_unknown_user_is_locked_just_the_same(visitor):
    assert [sign_in(visitor, "nobody", "sai").status_code for _ in range(5)] == [200] * 4 + [429]


def test_a_forged_forwarded_address_and_another_spelling_change_nothing(commune_staff):
    for n, spelling in enumerate(["xa.damthuy", "XA.DAMTHUY", " xa.damthuy", "xa.Damthuy", "xa.damthuy "]):
        sign_in(Client(), spelling, "sai", HTTP_X_FORWARDED_FOR=f"10.9.8.{n}")
    assert sign_in(Client(), "xa.damthuy", HTTP_X_FORWARDED_FOR="10.9.8.77").status_code == 429


def test_the_lock_ends_by_itself(commune_staff, visitor):
    for _ in range(5):
        sign_in(visitor, "xa.damthuy", "sai")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(visitor, "xa.damthuy").status_code == 302


def test_a_new_password_lifts_the_lock(commune_staff, administrator, visitor):
    for _ in range(5):
        sign_in(visitor, "xa.damthuy", "sai")
    password = managing.reset_password(commune_staff, by=administrator)
    assert sign_in(visitor, "xa.damthuy", password).status_code == 302


def test_signing_out_is_asked_first_and_done_by_post(commune_staff, client_of):
    client = client_of(commune_staff)
    assert client.get("/dang-xuat/").status_code == 200
    assert is_in(client)
    assert client.post("/dang-xuat/").headers["Location"] == HOME
    assert not is_in(client)


def test_a_visitor_who_signs_out_is_sent_home(visitor):
    assert visitor.post("/dang-xuat/").status_code == 302


# --- passwords


def change(client: Client, old: str, new: str, again: str | None = None):
    fields = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(PASSWORD_PAGE, fields)


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(commune_staff, client_of):
    here, there = client_of(commune_staff), client_of(commune_staff)
    assert change(here, PASSWORD, "ruou-ngo-men-la-2023").status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert sign_in(Client(), "xa.damthuy").status_code == 200
    assert sign_in(Client(), "xa.damthuy", "ruou-ngo-men-la-2023").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "reason"),
    [
        ("sai", "ruou-ngo-men-la-2023", None, "Your old password was entered incorrectly"),
        (PASSWORD, "ruou-ngo-men-la-2023", "khac", "The two password fields didn’t match."),
        (PASSWORD, PASSWORD, None, "Choose a password other than the one you have now."),
        (PASSWORD, "ngan", None, "This password is too short. It must contain at least 10 characters."),
        (PASSWORD, "xa.damthuy", None, "The password is too similar to the user name."),
        (PASSWORD, "1234567890", None, "This password is entirely numeric."),
    ],
)
def test_a_bad_password_is_refused_in_words(commune_staff, client_of, old, new, again, reason):
    client = english(client_of(commune_staff))
    response = change(client, old, new, again)
    assert response.status_code == 200
    assert reason in text_of(response).replace("&#x27;", "'")


@pytest.fixture
def newcomer(administrator):
    return managing.create_account(username="xa.moi", full_name="Cán bộ mới", by=administrator)


def test_an_initial_password_opens_one_page_only(newcomer, visitor):
    sign_in(visitor, "xa.moi", newcomer.password)
    for path in [PROFILE, "/quan-tri/"]:
        assert visitor.get(path).headers["Location"] == PASSWORD_PAGE
    assert visitor.get(PASSWORD_PAGE).status_code == 200
    assert change(visitor, newcomer.password, "ruou-ngo-men-la-2023").status_code == 302
    assert is_in(visitor)


def test_an_initial_password_dies_after_72_hours(newcomer, visitor):
    sign_in(visitor, "xa.moi", newcomer.password)
    set_at = timezone.now() - timedelta(hours=72, minutes=1)
    type(newcomer.user).objects.filter(pk=newcomer.user.pk).update(password_set_at=set_at)
    # A session already open ends; signing in anew is refused with the reason.
    refused = english(visitor).get(PASSWORD_PAGE, follow=True)
    assert refused.redirect_chain == [("/dang-nhap/", 302)]
    assert "Your initial password is too old." in text_of(refused)
    again = sign_in(english(Client()), "xa.moi", newcomer.password)
    assert "Your initial password is too old." in text_of(again)
    assert sign_in(Client(), "xa.moi", "sai").status_code == 200


# --- sessions that end with the right to them


def test_a_disabled_account_is_out_with_the_next_request(commune_staff, administrator, client_of):
    client = client_of(commune_staff)
    assert is_in(client)
    managing.disable(commune_staff, by=administrator)
    assert not is_in(client)
    assert sign_in(Client(), "xa.damthuy").status_code == 200
    managing.enable(commune_staff, by=administrator)
    assert not is_in(client)
    assert sign_in(Client(), "xa.damthuy").status_code == 302


def test_a_reset_password_ends_the_sessions(commune_staff, administrator, client_of):
    client = client_of(commune_staff)
    managing.reset_password(commune_staff, by=administrator)
    assert not is_in(client)


def test_an_ended_post_is_out_with_the_next_request(administrator, client_of):
    client = client_of(administrator)
    assert client.get("/quan-tri/").status_code == 200
    managing.end_post(administrator.posts.get(), by=None)
    assert client.get("/quan-tri/").status_code == 302
    again = Client()
    sign_in(again, "quantri")
    assert again.get("/quan-tri/").status_code == 403


def test_a_post_that_runs_out_by_its_date_needs_no_act(administrator, client_of, settings):
    Post.objects.filter(user=administrator).update(ends_on=date(2023, 12, 29))
    client = client_of(administrator)
    assert client.get("/quan-tri/").status_code == 200
    settings.OCOP_TODAY = date(2023, 12, 30)
    assert client.get("/quan-tri/").status_code == 403


def test_a_post_in_an_ended_unit_opens_nothing(world, client_of, settings):
    person = make_user("quantri.huyen", Role.ADMINISTRATOR, world.district)
    assert client_of(person).get("/quan-tri/").status_code == 200
    settings.OCOP_TODAY = date(2025, 7, 1)
    assert client_of(person).get("/quan-tri/").status_code == 403


# --- one's own account


@pytest.mark.parametrize("page", [PROFILE, PASSWORD_PAGE])
def test_a_visitor_has_no_account_to_look_at(visitor, page):
    assert visitor.get(page).headers["Location"] == f"/dang-nhap/?next={page}"
    assert visitor.post(page).headers["Location"] == f"/dang-nhap/?next={page}"


@pytest.mark.parametrize("person", ["commune_staff", "officer", "council_member", "leader", "administrator"])
def test_everyone_has_their_own(request, client_of, person):
    user = request.getfixturevalue(person)
    client = client_of(user)
    assert user.full_name in text_of(client.get(PROFILE)).split("<main")[1]
    assert client.get(PASSWORD_PAGE).status_code == 200


def test_the_account_page_shows_posts_with_their_days_and_the_last_sign_ins(world, officer):
    Post.objects.create(
        user=officer,
        role=Role.COMMUNE,
        area=world.chi_vien,
        starts_on=date(2018, 3, 5),
        ends_on=date(2019, 12, 31),
    )
    client = Client(REMOTE_ADDR="10.0.0.7")
    sign_in(client, "huyen.trungkhanh")
    page = text_of(client.get(PROFILE))
    for words in ["Huyện Trùng Khánh", "01/01/2020", "Xã Chí Viễn", "05/03/2018", "31/12/2019", "10.0.0.7"]:
        assert words in page


def test_the_account_page_asks_the_same_queries_for_many_posts(
    world, officer, client_of, django_assert_num_queries
):
    client = client_of(officer)
    for posts in [1, 3]:
        while Post.objects.filter(user=officer).count() < posts:
            n = Post.objects.filter(user=officer).count()
            day = date(2010 + n, 1, 1)
            Post.objects.create(
                user=officer, role=Role.LEADER, area=world.district, starts_on=day, ends_on=day
            )
        client.get(PROFILE)
        # session, user, navigation, posts, is_staff, sign-ins
        with django_assert_num_queries(6):
            client.get(PROFILE)


# --- what is written down about it


def test_no_password_stands_in_audit_logs_or_attempts(administrator, commune_staff, caplog, capfd):
    caplog.set_level("DEBUG")
    secrets = [managing.reset_password(commune_staff, by=administrator), "sai-mat-khau-bi-mat"]
    sign_in(Client(), "xa.damthuy", "sai-mat-khau-bi-mat")
    client = Client()
    sign_in(client, "xa.damthuy", secrets[0])
    change(client, secrets[0], "ruou-ngo-men-la-2023")
    secrets.append("ruou-ngo-men-la-2023")
    written = [str(list(model.objects.values())) for model in (AuditEntry, AccessAttempt, AccessLog)]
    written += [caplog.text, *capfd.readouterr()]
    session = client.session.session_key
    assert [secret for secret in [*secrets, session] for text in written if secret in text] == []
    assert list(AuditEntry.objects.order_by("pk").values_list("act", "actor__username")) == [
        ("account.password_reset", "quantri"),
        ("account.password_changed", "xa.damthuy"),
    ]
