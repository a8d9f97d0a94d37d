"""Interests of council members: declared, linked for good, and what a member without a part may not do."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Role
from products.models import Making
from ratings import convening, declaring, seating
from ratings.models import (
    AgendaItem,
    Answer,
    Attachment,
    CommuneAssessment,
    Council,
    Declaration,
    EvidenceUse,
    Interest,
    SectionContent,
)
from ratings.workflow import Refused
from tests.factories import load_criteria, make_enterprise, make_evidence, make_user
from tests.ratings.sittings import (
    TODAY,
    asked,
    come,
    end_posts,
    items,
    make_accepted,
    make_account,
    make_council,
    make_session,
    seats,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autumn_2026(settings):
    settings.OCOP_TODAY = TODAY


@pytest.fixture
def council(world, province_officer) -> Council:
    return make_council(world.province, by=province_officer, members=5)


@pytest.fixture
def maker(world):
    return make_enterprise(world.new_dam_thuy, name="Hợp tác xã Mẫu")


@pytest.fixture
def dossier(world, maker):
    return make_accepted(world.new_dam_thuy, maker=maker, name="Rượu ngô Mẫu")


@pytest.fixture
def item(council, dossier, province_officer) -> AgendaItem:
    return items(make_session(council, dossier, by=province_officer))[0]


@pytest.fixture
def member(council):
    return seats(council)[2]


def entitled(item: AgendaItem) -> set[int]:
    return {each.pk for each in declaring.entitled(item)}


def recused(item: AgendaItem) -> dict[str, str]:
    return {each.member.user.full_name: each.reason for each in declaring.recused(item)}


# --- declaring


def test_whoever_declares_an_interest_takes_no_part_and_is_named(item, member):
    everybody = {seat.pk for seat in seats(item.session.council)}
    declaring.declare(item, member, has_interest=True, reason="Em ruột giám đốc", by=member.user)
    assert entitled(item) == everybody - {member.pk}
    assert recused(item) == {member.user.full_name: "Em ruột giám đốc"}


def test_no_interest_declared_leaves_the_member_entitled(item, member):
    declaring.declare(item, member, has_interest=False, by=member.user)
    assert (member.pk in entitled(item), recused(item)) == (True, {})


def test_the_base_of_the_quorum_falls_for_this_dossier_only(world, council, dossier, province_officer):
    other = make_accepted(world.new_dam_thuy)
    session = make_session(council, dossier, other, by=province_officer)
    chair, secretary, first, second, third = seats(council)
    come(session, chair, secretary, first, by=province_officer)
    one, two = items(session)
    for absent in (second, third):
        declaring.declare(one, absent, has_interest=True, reason="Góp vốn", by=absent.user)
    found = [standing.quorum for standing in convening.standings_of(session)]
    assert [(q.base, q.needed, q.counted, q.met) for q in found] == [(3, 3, 3, True), (5, 4, 3, False)]
    assert declaring.standing(two).quorum == found[1]


def test_a_recused_member_who_is_there_does_not_count(item, council, province_officer):
    chair, secretary, first, second, _third = seats(council)
    come(item.session, chair, secretary, first, second, by=province_officer)
    assert declaring.standing(item).quorum.met
    declaring.declare(item, first, has_interest=True, reason="Người thân", by=first.user)
    found = declaring.standing(item).quorum
    assert (found.base, found.needed, found.counted, found.met) == (4, 3, 3, True)
    declaring.declare(item, second, has_interest=True, reason="Người thân", by=second.user)
    found = declaring.standing(item).quorum
    assert (found.base, found.needed, found.counted, found.met) == (3, 3, 2, False)


def test_a_chair_who_is_recused_satisfies_the_statute_by_being_there(item, council, province_officer):
    chair, *others = seats(council)
    declaring.declare(item, chair, has_interest=True, reason="Người thân", by=chair.user)
    come(item.session, *others, by=province_officer)
    assert declaring.standing(item).quorum.reason == "Vắng chủ tịch hội đồng."
    come(item.session, chair, *others, by=province_officer)
    assert declaring.standing(item).quorum.met


def test_what_is_not_declared_is_asked_of_those_who_came(item, council, member, province_officer):
    chair, secretary, *_rest = seats(council)
    come(item.session, chair, secretary, member, by=province_officer)
    declaring.declare(item, chair, has_interest=False, by=chair.user)
    declaring.declare(item, member, has_interest=True, reason="Góp vốn", by=member.user)
    assert [seat.pk for seat in declaring.standing(item).missing] == [secretary.pk]


def test_the_last_declaration_counts_and_each_is_in_the_audit_trail(item, member):
    for has_interest, reason in [(False, ""), (True, "Góp vốn"), (True, "Góp vốn"), (False, "")]:
        declaring.declare(item, member, has_interest=has_interest, reason=reason, by=member.user)
    assert Declaration.objects.get().has_interest is False
    assert AuditEntry.objects.filter(act="interest.declared").count() == 3


def test_an_interest_must_be_named(item, member):
    with pytest.raises(Refused, match="Nêu rõ lợi ích"):
        declaring.declare(item, member, has_interest=True, reason="  ", by=member.user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.create(item=item, member=member, has_interest=True)


@pytest.mark.parametrize("state", ["scoring", "discussion", "agreed", "postponed"])
def test_nothing_is_declared_once_sheets_are_open(item, member, state):
    AgendaItem.objects.filter(pk=item.pk).update(state=state)
    with pytest.raises(Refused, match="đã bắt đầu chấm"):
        declaring.declare(item, member, has_interest=True, reason="Góp vốn", by=member.user)


def test_nobody_declares_for_another_but_who_enters_a_paper(item, council, member, province_officer):
    other = seats(council)[3]
    with pytest.raises(PermissionDenied):
        declaring.declare(item, member, has_interest=False, by=other.user)
    made = declaring.declare(item, member, has_interest=True, reason="Góp vốn", by=province_officer)
    assert made.entered_by == province_officer
    again = declaring.declare(item, member, has_interest=False, by=member.user)
    assert again.entered_by is None


def test_a_member_of_another_council_declares_nothing(world, item, province_officer):
    stranger = seats(make_council(world.province, by=province_officer, name="Hội đồng khác"))[2]
    with pytest.raises(PermissionDenied):
        declaring.declare(item, stranger, has_interest=False, by=stranger.user)
    with pytest.raises(Refused, match="không phải thành viên"):
        declaring.declare(item, stranger, has_interest=False, by=province_officer)


def test_a_member_whose_post_ended_declares_nothing(item, member):
    end_posts(member.user, date(2026, 11, 22))
    with pytest.raises(PermissionDenied):
        declaring.declare(item, member, has_interest=False, by=member.user)


# --- the page of declarations


def declare_page(item: AgendaItem) -> str:
    return f"/hoi-dong/phien/{item.session_id}/khai/"


def test_a_member_declares_on_the_page(client_of, item, member):
    browser = client_of(member.user)
    typed = {f"khai_{item.pk}": "co", f"ly_do_{item.pk}": "Góp vốn"}
    assert browser.post(declare_page(item), typed).status_code == 302
    assert recused(item) == {member.user.full_name: "Góp vốn"}
    shown = browser.get(f"/hoi-dong/phien/{item.session_id}/").content.decode()
    assert ("Rượu ngô Mẫu" in shown, "Không tham gia chấm" in shown) == (True, True)
    assert f"/hoi-dong/muc/{item.pk}/ho-so/" not in shown


def test_an_unnamed_interest_comes_back_with_what_was_chosen(client_of, item, member):
    answer = client_of(member.user).post(declare_page(item), {f"khai_{item.pk}": "co"})
    assert "Nêu rõ lợi ích liên quan." in answer.content.decode()
    assert not Declaration.objects.exists()


def test_nothing_chosen_is_said(client_of, item, member):
    answer = client_of(member.user).post(declare_page(item), {f"ly_do_{item.pk}": "x"})
    assert "Kê khai cho ít nhất một hồ sơ." in answer.content.decode()


def test_the_members_name_cannot_be_swapped(client_of, item, council, member):
    other = seats(council)[3]
    typed = {f"khai_{item.pk}": "khong"}
    answer = client_of(member.user).post(f"{declare_page(item)}?thanh-vien={other.pk}", typed)
    assert (answer.status_code, Declaration.objects.exists()) == (403, False)


def test_an_officer_enters_a_paper_and_that_is_kept(client_of, item, member, province_officer):
    typed = {f"khai_{item.pk}": "khong"}
    browser = client_of(province_officer)
    assert browser.post(f"{declare_page(item)}?thanh-vien={member.pk}", typed).status_code == 302
    made = Declaration.objects.get()
    assert (made.member, made.has_interest, made.entered_by) == (member, False, province_officer)


def test_a_representative_of_the_same_name_is_a_question_and_no_verdict(client_of, item, maker, member):
    maker.representative = member.user.full_name.upper()
    maker.save()
    shown = client_of(member.user).get(declare_page(item)).content.decode()
    assert "trùng tên" in shown
    assert member.pk in entitled(item)
    other = seats(item.session.council)[3]
    assert "trùng tên" not in client_of(other.user).get(declare_page(item)).content.decode()


# --- lasting interests


def test_whoever_is_linked_to_the_organisation_is_recused_by_itself(item, member, maker, province_officer):
    declaring.link(member.user, maker, reason="Vợ giám đốc", by=province_officer)
    assert recused(item) == {member.user.full_name: "Vợ giám đốc"}
    declaring.declare(item, member, has_interest=False, by=member.user)
    assert member.pk not in entitled(item)


def test_a_link_to_any_maker_of_the_product_counts(world, item, member, dossier, province_officer):
    second = make_enterprise(world.new_dam_thuy, name="Hợp tác xã Thứ Hai")
    declaring.link(member.user, second, reason="Góp vốn", by=province_officer)
    assert member.pk in entitled(item)
    Making.objects.create(product=dossier.product, enterprise=second)
    assert member.pk not in entitled(item)


def test_without_the_link_the_member_declares_again(item, member, maker, province_officer):
    made = declaring.link(member.user, maker, reason="Góp vốn", by=province_officer)
    declaring.link(member.user, maker, reason="Góp vốn", by=province_officer)
    assert Interest.objects.count() == 1
    declaring.unlink(made, by=province_officer)
    declaring.unlink(made, by=province_officer)
    assert member.pk in entitled(item)
    acts = AuditEntry.objects.filter(act__startswith="interest.").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["interest.linked", "interest.unlinked"]


def test_the_page_keeps_an_interest(client_of, member, maker, province_officer):
    browser = client_of(province_officer)
    assert "Hợp tác xã Mẫu" in browser.get("/hoi-dong/loi-ich/moi/?q=hop tac xa mau").content.decode()
    typed = {"user": member.user.pk, "reason": "Vợ giám đốc"}
    assert browser.post(f"/hoi-dong/loi-ich/moi/?chu-the={maker.pk}", typed).status_code == 302
    made = Interest.objects.get()
    assert (made.user, made.enterprise, made.entered_by) == (member.user, maker, province_officer)
    for query, number in [("mau", 1), ("uy vien mot", 1), ("không có", 0)]:
        listed = browser.get("/hoi-dong/loi-ich/", {"q": query}).context["listed"]
        assert listed.page.paginator.count == number, query
    browser.post(f"/hoi-dong/loi-ich/{made.pk}/bo/")
    assert not Interest.objects.exists()


def test_interests_of_other_areas_are_neither_seen_nor_entered(
    client_of, world, council, member, maker, province_officer, officer
):
    made = declaring.link(member.user, maker, reason="Góp vốn", by=province_officer)
    browser = client_of(officer)  # of a district: the council is the province's
    assert browser.get("/hoi-dong/loi-ich/").status_code == 403
    assert browser.post(f"/hoi-dong/loi-ich/{made.pk}/bo/").status_code == 403
    clerk = make_user("canbo.xa.ql", Role.ADMINISTRATOR, world.new_dam_thuy)
    assert list(declaring.interests_of(clerk)) == []
    with pytest.raises(Refused, match="trong địa bàn"):
        declaring.link(member.user, maker, reason="Góp vốn", by=clerk)
    assert client_of(clerk).post(f"/hoi-dong/loi-ich/{made.pk}/bo/").status_code == 404
    assert Interest.objects.count() == 1


def test_members_do_not_keep_the_list(client_of, member):
    assert client_of(member.user).get("/hoi-dong/loi-ich/").status_code == 403


# --- reading the dossier


@pytest.fixture
def filled(dossier):
    """A dossier with answers, evidence, papers, sections, the commune's words."""
    load_criteria("QD26-14")
    leaf = dossier.criteria_set.criteria.filter(is_leaf=True).order_by("position").first()
    Answer.objects.create(dossier=dossier, criterion=leaf, option=leaf.options.last(), note="Ghi chú tự chấm")
    file = storages["private"].save("minh-chung.pdf", ContentFile(b"%PDF-1.7"))
    paper = make_evidence(dossier.enterprise, title="Phiếu kiểm nghiệm 2026", file=file)
    EvidenceUse.objects.create(dossier=dossier, evidence=paper, criterion=leaf)
    stored = storages["private"].save("phieu.pdf", ContentFile(b"%PDF-1.7"))
    Attachment.objects.create(
        dossier=dossier,
        kind="registration_form",
        title="Phiếu đăng ký",
        file=stored,
        file_name="phieu.pdf",
        content_type="application/pdf",
        size=8,
        sha256="0" * 64,
    )
    SectionContent.objects.create(dossier=dossier, section="phuong-an", content={})
    CommuneAssessment.objects.create(dossier=dossier, origin="Ngô trồng tại xã")
    dossier.contact_phone = "0900000001"
    dossier.save()
    return dossier


def doors(item: AgendaItem, dossier) -> list[str]:
    """The pages and files by which the council reads the dossier."""
    paper, use = dossier.attachments.get(), dossier.evidence_uses.get()
    base = f"/hoi-dong/muc/{item.pk}/"
    return [f"{base}ho-so/", f"{base}giay-to/{paper.pk}/", f"{base}minh-chung/{use.pk}/"]


def statuses(browser, addresses: list[str]) -> list[int]:
    found = []
    for address in addresses:
        answer = browser.get(address)
        getattr(answer, "getvalue", bytes)()
        found.append(answer.status_code)
    return found


def test_a_member_reads_the_dossier_by_way_of_the_agenda(client_of, item, filled, member):
    browser = client_of(member.user)
    assert statuses(browser, doors(item, filled)) == [200, 200, 200]
    shown = browser.get(doors(item, filled)[0]).content.decode()
    for words in ("Rượu ngô Mẫu", "Ghi chú tự chấm", "Phiếu kiểm nghiệm 2026", "Ngô trồng tại xã"):
        assert words in shown
    assert "0900000001" not in shown
    assert filled.enterprise.tax_code not in shown
    # The dossier's own pages stay closed to a council post.
    assert statuses(browser, [f"/ho-so/{filled.pk}/", f"/ho-so/{filled.pk}/minh-chung/"]) == [404, 404]


def test_a_member_with_an_interest_reads_nothing_and_is_told_why(client_of, item, filled, member):
    declaring.declare(item, member, has_interest=True, reason="Em ruột giám đốc", by=member.user)
    browser = client_of(member.user)
    assert statuses(browser, doors(item, filled)) == [403, 403, 403]
    assert "Em ruột giám đốc" in browser.get(doors(item, filled)[0]).content.decode()


def test_a_linked_member_reads_nothing_even_without_declaring(
    client_of, item, filled, member, province_officer
):
    declaring.link(member.user, filled.enterprise, reason="Góp vốn", by=province_officer)
    assert statuses(client_of(member.user), doors(item, filled)) == [403, 403, 403]


def test_a_member_of_another_council_finds_nothing(client_of, world, item, filled, province_officer):
    stranger = seats(make_council(world.province, by=province_officer, name="Hội đồng khác"))[2]
    assert statuses(client_of(stranger.user), doors(item, filled)) == [404, 404, 404]


def test_a_paper_of_another_dossier_is_not_found(client_of, world, item, filled, member):
    other = make_accepted(world.new_dam_thuy)
    use = EvidenceUse.objects.create(dossier=other, evidence=make_evidence(other.enterprise))
    assert client_of(member.user).get(f"/hoi-dong/muc/{item.pk}/minh-chung/{use.pk}/").status_code == 404


def test_a_removed_paper_is_not_found(client_of, item, filled, member):
    door = doors(item, filled)[1]
    filled.attachments.update(removed_at="2026-11-20T00:00Z")
    assert client_of(member.user).get(door).status_code == 404


def test_the_door_closes_with_post_and_seat(client_of, item, filled, council, province_officer):
    first, second = seats(council)[2], seats(council)[3]
    browsers = [client_of(first.user), client_of(second.user)]
    end_posts(first.user, date(2026, 11, 22))
    seating.end_seat(second, ends_on=date(2026, 11, 22), by=province_officer)
    for browser in browsers:
        assert statuses(browser, doors(item, filled)) == [404, 404, 404]


def test_the_advisory_team_reads_and_does_not_score(client_of, world, item, filled, province_officer):
    adviser = make_account(world.province, "tuvan", "Tổ tư vấn")
    seat = seating.seat(item.session.council, adviser, "adviser", starts_on=TODAY, by=province_officer)
    assert statuses(client_of(adviser), doors(item, filled)) == [200, 200, 200]
    assert seat.pk not in entitled(item)


@pytest.mark.parametrize("number", [1, 3])
def test_no_row_asks_the_database_for_more(client_of, world, council, maker, province_officer, number):
    dossiers = [make_accepted(world.new_dam_thuy, maker=maker) for _each in range(number)]
    session = make_session(council, *dossiers, by=province_officer)
    leaves = list(dossiers[0].criteria_set.criteria.filter(is_leaf=True)[:number])
    for leaf in leaves:
        Answer.objects.create(dossier=dossiers[0], criterion=leaf, option=leaf.options.first())
        EvidenceUse.objects.create(dossier=dossiers[0], evidence=make_evidence(maker), criterion=leaf)
    for seat in seats(council)[:number]:
        declaring.declare(items(session)[0], seat, has_interest=True, reason="Góp vốn", by=seat.user)
        declaring.link(seat.user, maker, reason="Góp vốn", by=province_officer)
    reader, officers = client_of(seats(council)[4].user), client_of(province_officer)
    found = [
        asked(reader, f"/hoi-dong/muc/{items(session)[0].pk}/ho-so/"),
        asked(reader, declare_page(items(session)[0])),
        asked(officers, f"/hoi-dong/phien/{session.pk}/"),
        asked(officers, "/hoi-dong/loi-ich/"),
    ]
    assert found == [19, 11, 20, 6]
