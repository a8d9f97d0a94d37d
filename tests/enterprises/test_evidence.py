"""The library keeps each paper once, never alters its file, and lets go only of what no dossier rests on."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from accounts.models import AuditEntry
from enterprises import editing, guessing, keeping, validity
from enterprises.models import Evidence
from ocop_portal.lib import files
from ratings.models import EvidenceUse
from tests.enterprises.papers import PDF, kept_files, pdf
from tests.factories import make_dossier, make_enterprise, make_evidence, make_product

pytestmark = pytest.mark.django_db
FACTS = {"kind": "test_report", "title": "Phiếu kiểm nghiệm", "number": "12/KN"}


@pytest.fixture
def maker(world):
    return make_enterprise(world.dam_thuy)


@pytest.fixture
def paper(maker, commune_staff):
    return keeping.keep(maker, pdf(), by=commune_staff, **FACTS)


def acts() -> list[str]:
    entries = AuditEntry.objects.filter(act__startswith="evidence.").order_by("pk")
    return list(entries.values_list("act", flat=True))


def used(paper: Evidence, commune, *, state="draft", **fields) -> EvidenceUse:
    dossier = make_dossier(make_product(commune, paper.enterprise), state=state, **fields)
    return EvidenceUse.objects.create(dossier=dossier, evidence=paper)


# --- entering


def test_a_paper_is_kept_with_its_particulars_and_digest(maker, commune_staff, settings):
    upload = SimpleUploadedFile("Phiếu 12.pdf", PDF)
    facts = {**FACTS, "issuer": "Trung tâm", "issued_on": date(2023, 1, 5), "expires_on": date(2024, 1, 5)}
    kept = keeping.keep(maker, upload, by=commune_staff, note="Bản chụp", **facts)
    kept.refresh_from_db()
    assert {name: getattr(kept, name) for name in facts} == facts
    assert [kept.file_name, kept.size, kept.sha256, kept.uploaded_by, kept.unconfirmed] == [
        "Phiếu 12.pdf",
        len(PDF),
        hashlib.sha256(PDF).hexdigest(),
        commune_staff,
        False,
    ]
    assert kept_files(settings) == [kept.file]
    entry = AuditEntry.objects.get(act="evidence.kept")
    assert (entry.area, entry.details["sha256"]) == (maker.area, kept.sha256)


def test_the_same_file_again_is_the_paper_that_is_there(paper, maker, commune_staff, settings):
    token = uuid4()
    again = keeping.keep(maker, pdf(), by=commune_staff, form_token=token, kind="award", title="Khác")
    assert (again, keeping.was_there(again, token), again.kind) == (paper, True, "test_report")
    assert (kept_files(settings), acts()) == ([paper.file], ["evidence.kept"])


def test_what_is_typed_for_a_file_that_waits_for_its_particulars_is_kept(maker, commune_staff, settings):
    waits, token = keeping.keep(maker, pdf(), by=commune_staff), uuid4()
    told = keeping.keep(maker, pdf(), by=commune_staff, form_token=token, **FACTS)
    waits.refresh_from_db()
    assert (told, keeping.was_there(told, token), waits.unconfirmed) == (waits, True, False)
    assert {name: getattr(waits, name) for name in FACTS} == FACTS
    assert (kept_files(settings), acts()) == ([waits.file], ["evidence.kept", "evidence.changed"])


def test_the_same_file_serves_another_organisation_apart(paper, world, commune_staff):
    other = keeping.keep(make_enterprise(world.dam_thuy), pdf(), by=commune_staff, **FACTS)
    assert (other == paper, other.sha256 == paper.sha256) == (False, True)


def test_a_form_sent_twice_makes_one_paper(maker, commune_staff, settings):
    token = uuid4()
    first, second = (
        keeping.keep(maker, pdf(number), by=commune_staff, form_token=token, **FACTS) for number in (1, 2)
    )
    assert (first, keeping.was_there(second, token)) == (second, False)
    assert kept_files(settings) == [first.file]


def test_without_particulars_they_are_guessed_and_asked_for(maker, commune_staff):
    named = keeping.keep(maker, pdf(1, "2025_Phieu-kiem-nghiem.pdf"), by=commune_staff)
    unnamed = keeping.keep(maker, pdf(2, "IMG_2031.pdf"), by=commune_staff)
    assert [(p.kind, p.title, p.unconfirmed) for p in (named, unnamed)] == [
        ("test_report", "2025 Phieu kiem nghiem", True),
        ("", "IMG 2031", True),
    ]
    assert list(Evidence.objects.unconfirmed()) == [unnamed, named]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("GCN đủ điều kiện ATTP.pdf", "production_conditions"),
        ("GiayKiemNghiem.pdf", "test_report"),
        ("ISO 22000 - 2024.pdf", "quality_system"),
        ("ban tu cong bo sp.docx", "quality_declaration"),
        ("Hợp đồng liên kết vùng trồng.pdf", "origin"),
        ("Hợp đồng bán hàng.pdf", "sales"),
        ("BHXH 2024.xlsx", "labour"),
        ("vitem.pdf", ""),
        ("isolate.pdf", ""),
    ],
)
def test_the_kind_is_guessed_from_the_words_of_a_name(name, kind):
    assert guessing.guess(name).kind == kind


def test_a_library_holds_so_many_papers(maker, commune_staff, settings, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_PAPERS", 2)
    make_evidence(maker)
    gone = make_evidence(maker)
    with pytest.raises(ValidationError, match="nhiều nhất 2"):
        keeping.keep(maker, pdf(), by=commune_staff, **FACTS)
    assert kept_files(settings) == []
    keeping.remove(gone, by=commune_staff)
    assert keeping.keep(maker, pdf(), by=commune_staff, **FACTS).pk


def test_particulars_that_cannot_stand_leave_no_file(maker, commune_staff, settings):
    wrong = [
        {"issued_on": date(2023, 5, 2), "expires_on": date(2023, 5, 1)},
        {"issued_on": date(2023, 12, 30)},
        {"kind": "diary"},
    ]
    for fields in wrong:
        with pytest.raises(ValidationError):
            keeping.keep(maker, pdf(), by=commune_staff, **{**FACTS, **fields})
    assert (Evidence.objects.count(), kept_files(settings)) == (0, [])


def test_neighbours_leaders_and_council_members_keep_nothing(
    maker, neighbour, leader, council_member, settings
):
    for person in (neighbour, leader, council_member):
        with pytest.raises(PermissionDenied):
            keeping.keep(maker, pdf(), by=person, **FACTS)
    assert (Evidence.objects.count(), kept_files(settings)) == (0, [])


def test_a_failed_row_and_a_full_disk_leave_nothing(maker, commune_staff, settings, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(keeping.auditing, "record", fail)
        with pytest.raises(DatabaseError):
            keeping.keep(maker, pdf(), by=commune_staff, **FACTS)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(files.private()), "_save", full)
    with pytest.raises(files.UploadRefused) as told:
        keeping.keep(maker, pdf(), by=commune_staff, **FACTS)
    assert told.value.code == "disk"
    assert (Evidence.objects.count(), kept_files(settings)) == (0, [])


# --- changing


def test_completing_a_paper_confirms_it(maker, commune_staff):
    paper = keeping.keep(maker, pdf(1, "IMG_1.pdf"), by=commune_staff)
    changed = keeping.change(paper, by=commune_staff, version=1, kind="award", title="Giấy khen 2023")
    assert (changed.unconfirmed, changed.version, changed.search_key) == (False, 2, "giay khen 2023")
    kept = keeping.keep(maker, pdf(2, "Giấy khen.pdf"), by=commune_staff)
    same = keeping.change(kept, by=commune_staff, version=1, kind=kept.kind, title=kept.title)
    assert (same.unconfirmed, same.version) == (False, 2)


def test_a_paper_without_a_kind_stays_to_be_completed(maker, commune_staff):
    paper = keeping.keep(maker, pdf(1, "IMG_1.pdf"), by=commune_staff)
    with pytest.raises(ValidationError):
        keeping.change(paper, by=commune_staff, version=1, title="Ảnh")
    paper.refresh_from_db()
    assert (paper.title, paper.unconfirmed) == ("IMG 1", True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=paper.pk).update(unconfirmed=False)


def test_who_comes_second_is_told_and_changes_nothing(paper, commune_staff, officer):
    keeping.change(paper, by=officer, version=1, number="13/KN")
    with pytest.raises(editing.Stale, match=r"Cán bộ huyện Trùng Khánh.*12/KN → 13/KN"):
        keeping.change(paper, by=commune_staff, version=1, number="14/KN")
    paper.refresh_from_db()
    assert paper.number == "13/KN"


def test_the_history_names_kinds_in_words(paper, commune_staff):
    keeping.change(paper, by=commune_staff, version=1, kind="award")
    assert [(step.title, step.text) for step in editing.history(paper, keeping.ACTS)] == [
        ("Đã sửa", "Loại minh chứng: Phiếu kiểm nghiệm → Giải thưởng"),
        ("Đã nhập", ""),
    ]


@pytest.mark.parametrize(
    "change", [{"file": "2023/x.pdf"}, {"sha256": "1" * 64}, {"size": 1}, {"file_name": "x.pdf"}]
)
def test_the_database_keeps_file_and_digest(paper, change):
    with pytest.raises(DatabaseError, match="keeps its file"), transaction.atomic():
        Evidence.objects.filter(pk=paper.pk).update(**change)


def test_the_database_keeps_a_paper_in_its_library_and_deletes_none(paper, world):
    other = make_enterprise(world.dam_thuy)
    with pytest.raises(DatabaseError, match="keeps its file"), transaction.atomic():
        Evidence.objects.filter(pk=paper.pk).update(enterprise=other)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ocop.testing_reset = 'off'")
        paper.delete()


def test_the_database_keeps_a_file_once_a_library(paper, maker):
    with pytest.raises(IntegrityError, match="evidence_file_once_a_library"), transaction.atomic():
        make_evidence(maker, sha256=paper.sha256)


# --- replacing


def test_a_newer_paper_takes_the_place_and_the_older_one_stays(paper, commune_staff, settings):
    newer = keeping.replace(paper, pdf(2), by=commune_staff, kind="test_report", title="Phiếu 2024")
    paper = Evidence.objects.get(pk=paper.pk)
    assert (paper.newer, newer.replaces, paper.removed_at) == (newer, paper, None)
    assert list(Evidence.objects.current()) == [newer]
    assert kept_files(settings) == sorted([paper.file, newer.file])
    assert [step.title for step in editing.history(paper, keeping.ACTS)] == [
        "Đã có bản mới thay thế",
        "Đã nhập",
    ]


def test_a_paper_is_replaced_once(paper, commune_staff, settings):
    keeping.replace(paper, pdf(2), by=commune_staff, **FACTS)
    with pytest.raises(ValidationError, match="đã được thay"):
        keeping.replace(paper, pdf(3), by=commune_staff, **FACTS)
    assert len(kept_files(settings)) == 2


def test_a_paper_is_not_replaced_by_a_file_that_is_there(paper, commune_staff, settings):
    with pytest.raises(ValidationError, match="đã có trong thư viện"):
        keeping.replace(paper, pdf(), by=commune_staff, **FACTS)
    assert (Evidence.objects.count(), kept_files(settings)) == (1, [paper.file])


# --- removing


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "recognised", "not_recognised"])
def test_a_paper_that_a_dossier_rests_on_stays(paper, world, commune_staff, state):
    use = used(paper, world.dam_thuy, state=state)
    with pytest.raises(PermissionDenied, match=use.dossier.code):
        keeping.remove(paper, by=commune_staff)
    paper.refresh_from_db()
    assert paper.removed_at is None


def test_a_dossier_withdrawn_as_a_draft_lets_go(paper, world, commune_staff, settings):
    used(paper, world.dam_thuy, state="withdrawn", first_submitted_on=None, regulation=None)
    keeping.remove(paper, by=commune_staff)
    keeping.remove(paper, by=commune_staff)
    assert list(Evidence.objects.kept()) == []
    assert (acts(), kept_files(settings)) == (["evidence.kept", "evidence.removed"], [paper.file])


def test_a_dossier_withdrawn_after_submission_holds_its_papers(paper, world, commune_staff):
    used(paper, world.dam_thuy, state="withdrawn")
    assert not keeping.may_remove(paper, commune_staff)


def test_dossiers_out_of_sight_are_counted_and_not_named(paper, world, commune_staff):
    own, foreign = (used(paper, area) for area in (world.dam_thuy, world.chi_vien))
    reason = str(keeping.may_remove(paper, commune_staff).reason)
    assert [own.dossier.code in reason, foreign.dossier.code in reason, "và 1 hồ sơ khác" in reason] == [
        True,
        False,
        True,
    ]


def test_removing_the_newer_paper_makes_the_older_one_current_again(paper, commune_staff):
    newer = keeping.replace(paper, pdf(2), by=commune_staff, **FACTS)
    keeping.remove(newer, by=commune_staff)
    assert list(Evidence.objects.current()) == [paper]
    assert keeping.replace(Evidence.objects.get(pk=paper.pk), pdf(2), by=commune_staff, **FACTS).pk


def test_a_removed_paper_is_neither_changed_nor_replaced(paper, commune_staff):
    keeping.remove(paper, by=commune_staff)
    with pytest.raises(ValidationError, match="bị gỡ"):
        keeping.change(paper, by=commune_staff, version=1, title="x")
    with pytest.raises(ValidationError, match="bị gỡ"):
        keeping.replace(paper, pdf(2), by=commune_staff, **FACTS)


def test_a_leader_removes_nothing(paper, leader):
    with pytest.raises(PermissionDenied):
        keeping.remove(paper, by=leader)


# --- validity


@pytest.mark.parametrize(
    ("last_day", "words", "tone"),
    [
        (None, "Không thời hạn", "neutral"),
        (date(2023, 12, 28), "Đã hết hạn", "bad"),
        (date(2023, 12, 29), "Sắp hết hạn (hôm nay là ngày cuối)", "warn"),
        (date(2024, 1, 23), "Sắp hết hạn (còn 25 ngày)", "warn"),
        (date(2024, 2, 27), "Sắp hết hạn (còn 60 ngày)", "warn"),
        (date(2024, 2, 28), "Còn hiệu lực", "good"),
    ],
)
def test_validity_is_said_on_the_day(last_day, words, tone):
    with translation.override("vi"):
        found = validity.on_day(last_day, date(2023, 12, 29))
        assert (str(found.label), found.tone) == (words, tone)


def test_what_was_replaced_and_what_is_to_complete_comes_before_its_dates(maker):
    old = make_evidence(maker, expires_on=date(2020, 1, 1))
    make_evidence(maker, replaces=old)
    unread = make_evidence(maker, kind="", unconfirmed=True)
    states = [Evidence.objects.get(pk=each.pk).status.state for each in (old, unread)]
    assert states == ["replaced", "unconfirmed"]


def test_the_tally_counts_what_stands_in_the_library(maker):
    for last_day in (None, date(2023, 12, 28), date(2023, 12, 29), date(2024, 2, 27), date(2024, 2, 28)):
        make_evidence(maker, expires_on=last_day)
    make_evidence(maker, kind="", unconfirmed=True)
    assert maker.evidence.current().tally(date(2023, 12, 29)) == {
        "papers": 6,
        "expired": 1,
        "expiring": 2,
        "unconfirmed": 1,
    }
