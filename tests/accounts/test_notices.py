"""Notices go to posts: who reads them, that each is told once, that they are settled; their pages."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from django.utils import translation

from accounts import managing, notice_words, noticing
from accounts.models import AuditEntry, Notice, NoticeRead, Post, Role
from accounts.notice_words import Kind
from accounts.noticing import Word
from areas import finding
from areas.models import Level, Succession
from tests.factories import cover, make_area, make_user

AFTER_THE_DISTRICTS = date(2025, 7, 1)


@pytest.fixture
def tell(world):
    """Tell the commune of Đàm Thuỷ that a dossier was returned, or something else to somebody else."""

    def tell(role=Role.COMMUNE, area=None, kind="dossier.returned", key="dossier:1:step:1", **fields):
        fields = {"facts": {"code": "HS-1"}, "url": "/ho-so/1/"} | fields
        return noticing.tell(role, area or world.dam_thuy, kind=kind, key=key, **fields)

    return tell


def read_by(user) -> list[str]:
    return list(noticing.for_user(user).order_by("pk").values_list("key", flat=True))


def test_the_holders_of_the_post_read_it_and_nobody_else(
    tell, commune_staff, neighbour, officer, leader, world, administrator
):
    colleague = make_user("xa.damthuy.2", Role.COMMUNE, world.dam_thuy)
    tell()
    people = [commune_staff, colleague, neighbour, officer, leader, administrator, make_user("moi.den")]
    assert [len(read_by(user)) for user in people] == [1, 1, 0, 0, 0, 0, 0]


def test_another_role_in_the_unit_does_not_read_it(tell, world, leader, officer):
    tell(Role.LEADER, world.district)
    assert (read_by(leader), read_by(officer)) == (["dossier:1:step:1"], [])


def test_a_province_officer_is_spared_the_notices_of_standing_districts(
    tell, world, officer, province_officer, settings
):
    tell(Role.OFFICER, world.district)
    assert (len(read_by(officer)), read_by(province_officer)) == (1, [])


def test_when_the_district_has_ended_the_province_inherits_its_notices(
    tell, world, officer, province_officer, province_leader, settings
):
    tell(Role.OFFICER, world.district, "dossier.submitted")
    settings.OCOP_TODAY = AFTER_THE_DISTRICTS
    assert (read_by(officer), read_by(province_officer)) == ([], ["dossier:1:step:1"])
    assert read_by(province_leader) == []


def test_when_communes_merged_the_successor_inherits_and_the_province_does_not(tell, world, settings):
    province = make_user("tinh.xa", Role.COMMUNE, world.province)
    successor = make_user("xa.damthuy.2026", Role.COMMUNE, world.new_dam_thuy)
    other = make_user("xa.tralinh.2026", Role.COMMUNE, world.new_tra_linh)
    tell()
    assert [read_by(user) for user in (successor, other, province)] == [[]] * 3
    settings.OCOP_TODAY = AFTER_THE_DISTRICTS
    assert [len(read_by(user)) for user in (successor, other, province)] == [1, 0, 0]


@pytest.mark.parametrize("day", [date(2023, 12, 29), AFTER_THE_DISTRICTS])
def test_a_unit_without_heirs_below_and_one_with_them_are_read_the_same_both_ways(world, day):
    """``heirs`` (whom to mail) and ``left_to`` (what to read) are one reading of the map."""
    areas = [area for name, area in vars(world).items()]
    pairs = {(area, heir) for area in areas for heir in finding.heirs(area, day)}
    standing = [area for area in areas if area.exists_on(day)]
    back = {(area, unit) for unit in standing for area in finding.left_to(unit, day)}
    future = {(area, heir) for area, heir in pairs if area.valid_from and area.valid_from > day}
    assert pairs - future == back | {(unit, unit) for unit in standing}


def test_work_of_a_commune_that_ended_before_its_district_goes_to_the_commune_that_took_it_in(world):
    old = make_area("01499", "Xã Cũ", Level.COMMUNE, world.district, valid_to=date(2020, 1, 31))
    Succession.objects.create(predecessor=old, successor=world.dam_thuy)
    cover()
    assert finding.heirs(old, date(2023, 12, 29)) == [world.dam_thuy]


def test_a_post_that_ended_reads_nothing_at_the_next_request(tell, commune_staff, client_of):
    notice, browser = tell(), client_of(commune_staff)
    assert browser.get("/thong-bao/so-moi/").json() == {"unread": 1}
    Post.objects.update(ends_on=date(2023, 12, 28))
    assert browser.get("/thong-bao/so-moi/").json() == {"unread": 0}
    assert browser.get(f"/thong-bao/{notice.pk}/").status_code == 404


def test_who_comes_into_the_post_finds_what_asks_for_an_act_and_no_old_news(tell, world):
    tell(key="a", on=date(2023, 11, 1))
    tell(key="b", kind="dossier.accepted", on=date(2023, 11, 1))
    tell(key="c", kind="dossier.accepted", on=date(2023, 12, 1))
    new = make_user("xa.moi", Role.COMMUNE, world.dam_thuy)
    new.posts.update(starts_on=date(2023, 12, 1))
    assert read_by(new) == ["a", "c"]


def test_an_heir_finds_what_asks_for_an_act_and_the_news_told_since(tell, world, province_officer, settings):
    for key, kind, on in [
        ("old", "dossier.withdrawn", date(2025, 6, 30)),
        ("asks", "dossier.submitted", date(2025, 6, 30)),
        ("new", "dossier.withdrawn", date(2025, 7, 1)),
    ]:
        tell(Role.OFFICER, world.district, kind, key, on=on)
    settings.OCOP_TODAY = date(2025, 7, 2)
    assert read_by(province_officer) == ["asks", "new"]


def test_told_twice_is_one_notice(tell):
    assert tell().pk == tell().pk
    assert Notice.objects.count() == 1


def test_the_same_event_is_told_to_each_post_it_concerns(tell, world):
    tell()
    tell(Role.OFFICER, world.district)
    tell(Role.LEADER, world.district)
    assert Notice.objects.count() == 3


def test_an_act_that_is_rolled_back_tells_nobody(tell, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks, pytest.raises(RuntimeError), transaction.atomic():
        tell()
        raise RuntimeError
    assert (Notice.objects.count(), callbacks) == (0, [])


def test_who_did_it_has_read_it(tell, commune_staff, world):
    colleague = make_user("xa.damthuy.2", Role.COMMUNE, world.dam_thuy)
    tell(by=commune_staff)
    unread = [noticing.for_user(user).unread_by(user).count() for user in (commune_staff, colleague)]
    assert unread == [0, 1]


def test_a_kind_without_words_is_not_told(tell):
    with pytest.raises(KeyError):
        tell(kind="no.such")
    with pytest.raises(ValueError, match="unknown topic"):
        notice_words.register({"x.y": Kind("nowhere", "x")}, {})
    assert Notice.objects.count() == 0


def test_settling_ends_the_notices_of_one_matter(tell, commune_staff):
    tell(key="dossier:1:step:1")
    tell(key="dossier:1:due:2023-12-29:approaching")
    tell(key="dossier:12:step:1")
    assert noticing.settle("dossier:1:") == 2
    assert list(Notice.objects.open().values_list("key", flat=True)) == ["dossier:12:step:1"]
    assert noticing.settle("dossier:1:") == 0
    assert noticing.for_user(commune_staff).unread_by(commune_staff).count() == 1


def test_many_are_told_at_once_and_only_the_new_ones(world, django_assert_num_queries):
    def words(numbers):
        return [
            Word(Role.COMMUNE, world.dam_thuy.pk, "dossier.returned", f"k:{n}", {"code": "x"})
            for n in numbers
        ]

    assert noticing.tell_all(words([1])) == 1
    assert noticing.tell_all(words([1, 2, 3])) == 2
    with django_assert_num_queries(4):  # the savepoint and its end, what is known, what is new
        assert noticing.tell_all(words(range(300))) == 297
    assert Notice.objects.count() == 300
    assert set(Notice.objects.values_list("asks", "on")) == {(True, date(2023, 12, 29))}


def test_more_than_a_batch_is_told_whole(world, monkeypatch):
    monkeypatch.setattr(noticing, "BATCH", 2)
    words = [Word(Role.COMMUNE, world.dam_thuy.pk, "dossier.returned", f"k:{n}") for n in range(5)]
    assert (noticing.tell_all(words), Notice.objects.count()) == (5, 5)


def test_what_stands_with_an_ended_district_is_not_told_to_its_heir_again(world):
    def told(area):
        return noticing.tell_all([Word(Role.OFFICER, area.pk, "deadline.missed", "dossier:1:due")])

    assert [told(world.district), told(world.province), told(world.district)] == [1, 0, 0]
    noticing.settle("dossier:1:")
    assert [told(world.district), told(world.province)] == [0, 1]


def test_words_follow_the_reader_and_facts_that_are_missing_are_a_dash(tell):
    notice = tell(facts={"code": "HS-1", "product": "Rượu 50%"}, due_on=date(2024, 1, 5))
    assert notice_words.title_of(notice) == "Hồ sơ HS-1 bị trả lại để bổ sung"
    assert notice_words.body_of(notice) == "Rượu 50% — –"
    with translation.override("en"):
        assert notice_words.title_of(notice) == "Dossier HS-1 was returned for completion"
    notice.kind = "of.another.time"
    assert (notice_words.title_of(notice), notice_words.body_of(notice)) == ("Thông báo", "")


@pytest.mark.parametrize("kind", sorted(notice_words.KINDS))
def test_every_kind_has_words_in_both_languages(kind, tell):
    facts = {"code": "x", "product": "x", "enterprise": "x", "commune": "x"}
    facts |= {"until": "x", "paper": "x", "count": 2, "title": "x", "plan": "x", "month": "x"}
    facts |= {"report": "x", "unit": "x", "period": "x", "reason": "x", "stars": 3, "expiry": "x"}
    notice = tell(kind=kind, facts=facts, due_on=date(2024, 1, 5))
    words = {}
    for language in ("vi", "en"):
        with translation.override(language):
            words[language] = (notice_words.title_of(notice), notice_words.body_of(notice))
    assert words["vi"][0] != words["en"][0]
    assert not {"–", "%"} & set("".join(words["vi"]))


def test_a_read_notice_is_kept_once(tell, commune_staff):
    notice = tell()
    noticing.mark_read([notice], by=commune_staff)
    noticing.mark_read([notice], by=commune_staff)
    assert NoticeRead.objects.count() == 1


def test_a_person_chooses_letters_in_the_profile(client_of, commune_staff):
    browser = client_of(commune_staff)
    assert browser.post("/tai-khoan/").status_code == 200
    commune_staff.refresh_from_db()
    assert commune_staff.notify_by_email is True
    assert browser.post("/tai-khoan/", {"asked": "1"}).status_code == 302
    commune_staff.refresh_from_db()
    assert commune_staff.notify_by_email is False
    assert "checked" not in browser.get("/tai-khoan/").content.decode()
    browser.post("/tai-khoan/", {"asked": "1", "notify_by_email": "on"})
    commune_staff.refresh_from_db()
    assert commune_staff.notify_by_email is True


def test_the_choice_of_letters_is_on_record_once(commune_staff):
    managing.choose_letters(commune_staff, False, by=commune_staff)
    managing.choose_letters(commune_staff, False, by=commune_staff)
    assert list(AuditEntry.objects.values_list("act", "details")) == [
        ("account.letters_chosen", {"wanted": False})
    ]
