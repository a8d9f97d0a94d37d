"""A whole dossier on paper: table of contents and Forms 01 to 03 as filled in; and the same forms blank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportlab.platypus import Flowable

from ocop_portal.lib import clock, paper

from .. import freezing
from ..models import CriteriaSet, Dossier
from ..sections import BUSINESS, CRITERIA, GENERAL, PLAN, Section
from . import criteria, official, questionnaires
from .contents import Paper

FORMS = ("01", "02", "03")


def properties(dossier: Dossier) -> paper.Properties:
    """What the file says of itself."""
    return paper.Properties(
        title=f"Hồ sơ {dossier.code} – {dossier.product.name}",
        author=dossier.enterprise.name,
        code=f"{dossier.code} · {dossier.receipt_code}",
    )


def story(dossier: Dossier, papers: Sequence[Paper], contents: Sequence[Flowable]) -> list[Flowable]:
    """The dossier's paper, the table of contents in front."""
    return [
        *paper.title("HỒ SƠ ĐÁNH GIÁ, PHÂN HẠNG SẢN PHẨM OCOP", dossier.product.name),
        paper.facts(_facts(dossier)),
        *paper.heading("MỤC LỤC GIẤY TỜ, MINH CHỨNG"),
        *contents,
        paper.new_page(),
        *official.registration(dossier),
        *(_form02(dossier, papers) if dossier.criteria_set else _plain(dossier)),
        *_form03(dossier),
    ]


def blank(form: str, criteria_set: CriteriaSet | None) -> list[Flowable]:
    """A form to fill in by hand: ``01``, ``02`` (for a criteria set, or its other parts alone) or ``03``."""
    year = clock.today().year
    if form == "01":
        return list(official.registration(None))
    if form == "03":
        return list(official.assessment(None, None))
    asked = criteria.to_tick(criteria.rows_of(criteria_set)) if criteria_set else iter(())
    return [
        *_head02(None),
        *questionnaires.section(GENERAL, None, year),
        *questionnaires.section(BUSINESS, None, year),
        *_titled(CRITERIA),
        *([paper.note(str(criteria_set))] if criteria_set else []),
        *asked,
        *questionnaires.section(PLAN, None, year),
        paper.signatures([("", ""), ("ĐẠI DIỆN CHỦ THỂ", "(Ký, ghi rõ họ tên)")]),
    ]


def _facts(dossier: Dossier) -> list[tuple[str, str | None]]:
    last = dossier.submissions.last()
    return [
        ("Mã hồ sơ", dossier.code),
        ("Phiếu tiếp nhận", dossier.receipt_code if dossier.first_submitted_on else ""),
        ("Chủ thể", dossier.enterprise.name),
        ("Đơn vị", dossier.area.name),
        ("Loại hồ sơ", dossier.get_kind_display()),
        ("Trạng thái", dossier.get_state_display()),
        ("Mã băm lần nộp gần nhất", f"{last.number}: {last.digest}" if last else ""),
    ]


def _form02(dossier: Dossier, papers: Sequence[Paper]) -> Iterator[Flowable]:
    filled = dict(dossier.sections.values_list("section", "content"))
    year = (dossier.first_submitted_on or clock.today()).year
    yield paper.new_page()
    yield from _head02(dossier)
    for asked in (GENERAL, BUSINESS):
        yield from questionnaires.section(asked, filled.get(asked.key, {}), year)
    yield from _titled(CRITERIA)
    yield from _self_assessment(dossier, papers)
    yield from questionnaires.section(PLAN, filled.get(PLAN.key, {}), year)


def _self_assessment(dossier: Dossier, papers: Sequence[Paper]) -> Iterator[Flowable]:
    criteria_set = dossier.criteria_set
    answers = list(dossier.answers.select_related("criterion", "option"))
    score = freezing.own_score(dossier, answers)
    if criteria_set is None or score is None:
        return
    numbers: dict[str, list[int]] = {}
    for each in papers:
        for code in each.criteria:
            numbers.setdefault(code, []).append(each.number)
    said = criteria.Answered({answer.criterion.code: answer for answer in answers}, score, numbers)
    yield paper.note(str(criteria_set))
    yield from criteria.as_answered(criteria.rows_of(criteria_set), said)


def _plain(dossier: Dossier) -> Iterator[Flowable]:
    """What a dossier under a regulation without criteria says of its product."""
    yield from paper.heading("Thuyết minh sản phẩm")
    yield paper.paragraph(dossier.presentation or "–")
    if dossier.changes:
        yield from paper.heading("Thay đổi so với lần công nhận trước")
        yield paper.paragraph(dossier.changes)


def _form03(dossier: Dossier) -> Iterator[Flowable]:
    if hasattr(dossier, "commune_assessment"):
        yield paper.new_page()
        yield from official.assessment(dossier, dossier.area)


def _head02(dossier: Dossier | None) -> Iterator[Flowable]:
    yield from paper.letterhead([official.maker(dossier)], "", "Mẫu số 02")
    yield from paper.title("BÁO CÁO TỰ ĐÁNH GIÁ CỦA CHỦ THỂ", "đối với sản phẩm đăng ký OCOP")


def _titled(section: Section) -> list[Flowable]:
    return paper.heading(f"{section.form.partition('-')[2]}. {section.title}")
