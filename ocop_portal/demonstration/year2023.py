"""Trùng Khánh's year 2023: Plan 66, what was recognised before, and dossiers in every state."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from accounts.models import User
from desk import announcing
from enterprises import registering as organisations
from enterprises.models import Enterprise, EnterpriseKind
from ocop_portal.lib import files
from plans import planning
from plans.importing import PLAN_66, plan_from_file
from plans.models import Plan
from products import registering as goods
from products.models import Product, ProductGroup
from ratings import deciding, filing, recognising, resulting, workflow
from ratings.models import Attachment, Decision, DecisionItem, Dossier, FundingSource, Recognition, Regulation
from ratings.models.decisions import DatePrecision

from . import papers
from .days import on
from .people import DAY_2023, staff_of_2023, unit

MAKERS = Path(__file__).parent / "makers.yaml"
NOTE = "Dữ liệu minh họa"
State = Dossier.State
RESULT_DAY = date(2023, 7, 14)
SIGNING_DAY = date(2023, 8, 4)
PAPERS = {
    Attachment.Kind.REGISTRATION_FORM: "Phiếu đăng ký",
    Attachment.Kind.BUSINESS_REGISTRATION: "Đăng ký kinh doanh",
}
ENDS_DECIDED = {State.RECOGNISED, State.FORWARDED, State.NOT_RECOGNISED}


class Year:
    """What the acts of the year share: the people, the organisations, the products, the dice of the seed."""

    def __init__(self, seed: int, makers: Path = MAKERS) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - particulars of a demonstration
        self.content: dict[str, list[dict[str, Any]]] = yaml.safe_load(makers.read_text(encoding="utf-8"))
        self.people = staff_of_2023()
        self.enterprises: dict[str, Enterprise] = {}
        self.products: dict[str, Product] = {}

    @property
    def officer(self) -> User:
        return self.people["huyen.trungkhanh"]

    @property
    def leader(self) -> User:
        return self.people["lanhdao.trungkhanh"]


def play(seed: int) -> None:
    """Play the year; each act happens on its own day, through the verb that the pages use."""
    with on(DAY_2023):
        year = Year(seed)
        register_makers(year)
        register_products(year)
        enter_old_recognitions(year)
    plan = publish_plan(year)
    dossiers = {row["product"]: file_dossier(year, row) for row in year.content["dossiers"]}
    decide(year, dossiers)
    join_value_chain(year)
    report_on_plan(year, plan)
    write_news(year, plan)


def register_makers(year: Year) -> None:
    """Enter the organisations; representatives and phones come from the dice."""
    for row in year.content["enterprises"]:
        fields = {k: v for k, v in row.items() if k in {"name", "tax_code", "no_tax_code_reason"}}
        year.enterprises[row["key"]] = organisations.register(
            by=year.people[row["staff"]],
            kind=EnterpriseKind.objects.get(code=row["kind"]),
            area=unit(row["area"]),
            address=f"Xóm Mẫu {year.dice.randint(1, 9)}, {unit(row['area']).name}",
            representative=f"{year.dice.choice(['Nông', 'Bế', 'Hoàng', 'Đàm', 'Lương'])} Thị Minh Họa",
            representative_position="Người đại diện",
            phone=f"0900000{year.dice.randint(100, 999)}",
            note=NOTE,
            **fields,
        )


def register_products(year: Year) -> None:
    """Enter the products with their organisations and variants."""
    for row in year.content["products"]:
        makers = [year.enterprises[key] for key in row["makers"]]
        year.products[row["key"]] = goods.register(
            by=year.people[row["staff"]],
            enterprises=makers,
            lead=makers[0],
            variants=row.get("variants", []),
            name=row["name"],
            group=ProductGroup.objects.get(code=row["group"]),
            area=unit(row["area"]),
            summary=f"{row['name']}: sản phẩm minh họa của {makers[0].name}.",
            story="Câu chuyện sản phẩm minh họa: nguyên liệu của địa phương, cách làm truyền trong gia đình.",
        )


def enter_old_recognitions(year: Year) -> None:
    """Enter what was recognised on paper before, as well as it is known."""
    for row in year.content["recognised_before"]:
        product = year.products[row["product"]]
        holders = row.get("holders", [m.enterprise for m in product.makings.all()])
        issuer = unit("04") if row["body"] else None
        recognising.record_paper(
            by=year.officer,
            product=product,
            stars=row["stars"],
            decision_number=row.get("number", ""),
            signed_on=row.get("signed"),
            precision=DatePrecision(row.get("precision", "day")),
            issuing_body=row["body"] or "Không rõ",
            issuing_area=issuer,
            area=unit("047"),
            holders=holders,
            kind=Recognition.Kind.FIRST,
            regulation=_regulation_of(row),
        )


def _regulation_of(row: dict[str, Any]) -> Regulation | None:
    """The regulation of a paper whose day is known; validity follows from it."""
    known = row.get("signed") and row.get("precision", "day") == "day"
    return Regulation.objects.filing_on(row["signed"]) if known else None


def publish_plan(year: Year) -> Plan:
    """Write Plan 66 and publish it on its day."""
    with on(date(2023, 3, 7)):
        paper = files.inspect(papers.pdf("Kế hoạch 66/KH-UBND"), kinds=frozenset({"pdf"}))
        plan = plan_from_file(PLAN_66, area=unit("047"), by=year.officer, document=paper)
        return planning.publish(plan, by=year.officer)


def file_dossier(year: Year, row: dict[str, Any]) -> Dossier:
    """Bring one dossier as far as its row says, short of a decision."""
    product = year.products[row["product"]]
    staff = next(r["staff"] for r in year.content["products"] if r["key"] == row["product"])
    clerk = year.people[staff]
    first_day = row.get("submitted", date(2023, 12, 27))
    with on(first_day - timedelta(days=3)):
        dossier = _drafted(product, clerk, row)
    if "submitted" in row:
        _submit(dossier, clerk, row["submitted"])
    if "returned" in row:
        _return(year, dossier, row["returned"])
    if "answered" in row:
        _answer(dossier, clerk, row["answered"])
    if row["ends"] == State.WITHDRAWN:
        with on(first_day + timedelta(days=5)):
            reason = "Chủ thể tạm dừng sản xuất (minh họa)."
            workflow.move(dossier, State.WITHDRAWN, by=clerk, reason=reason)
    elif row["ends"] not in {State.DRAFT, State.SUBMITTED, State.RETURNED}:
        _accept_and_score(year, dossier, row)
    return dossier


def _drafted(product: Product, clerk: User, row: dict[str, Any]) -> Dossier:
    dossier = filing.open_dossier(
        product,
        kind=Dossier.Kind.FIRST,
        by=clerk,
        requested_stars=row["stars"],
        contact_name="Người liên hệ minh họa",
        presentation="Sản phẩm đã có mặt tại chợ phiên và các điểm giới thiệu của huyện (minh họa).",
        pledged="submitted" in row,
    )
    for kind, words in PAPERS.items():
        title = f"{words} - {product.name}"
        filing.attach(dossier, papers.pdf(title), kind=kind, title=title, by=clerk)
    return dossier


def _submit(dossier: Dossier, clerk: User, day: date) -> None:
    with on(day):
        workflow.move(dossier, State.SUBMITTED, by=clerk)


def _return(year: Year, dossier: Dossier, day: date) -> None:
    points = [
        "Bổ sung phiếu kiểm nghiệm còn hiệu lực của sản phẩm.",
        "Ghi rõ vùng nguyên liệu và hợp đồng liên kết.",
    ]
    with on(day):
        workflow.move(
            dossier, State.RETURNED, by=year.officer, points=points, reason="Hồ sơ còn thiếu giấy tờ."
        )


def _answer(dossier: Dossier, clerk: User, day: date) -> None:
    with on(day):
        title = f"Phiếu kiểm nghiệm - {dossier.product.name}"
        filing.attach(dossier, papers.pdf(title), kind=Attachment.Kind.TEST_REPORT, title=title, by=clerk)
        answers = {point.pk: "Đã bổ sung vào hồ sơ." for point in workflow.open_points(dossier)}
        workflow.move(dossier, State.SUBMITTED, by=clerk, answers=answers)


def _accept_and_score(year: Year, dossier: Dossier, row: dict[str, Any]) -> None:
    with on(row.get("answered", row["submitted"]) + timedelta(days=7)):
        workflow.move(dossier, State.ACCEPTED, by=year.officer)
    if "points" not in row:
        return
    day = row.get("scored") or (RESULT_DAY if row["submitted"] < RESULT_DAY else date(2023, 12, 12))
    with on(day):
        part_a, part_b, part_c = (Decimal(points) for points in row["points"])
        resulting.enter_result(
            dossier,
            level="district",
            part_a=part_a,
            part_b=part_b,
            part_c=part_c,
            assessed_on=day,
            council="Hội đồng đánh giá, phân hạng sản phẩm OCOP huyện Trùng Khánh",
            by=year.officer,
        )


def decide(year: Year, dossiers: dict[str, Dossier]) -> None:
    """One signed decision of August, and one that waits for the leader in December."""
    ends = {row["product"]: row["ends"] for row in year.content["dossiers"]}
    august = [dossier for key, dossier in dossiers.items() if ends[key] in ENDS_DECIDED]
    with on(SIGNING_DAY - timedelta(days=7)):
        decision = prepare(year, august)
    with on(SIGNING_DAY):
        deciding.sign(
            decision,
            number="1466/QĐ-UBND",
            signed_on=SIGNING_DAY,
            signer_name="Nguyễn Thị Mẫu",
            by=year.leader,
        )
    with on(date(2023, 12, 22)):
        prepare(year, [dossier for key, dossier in dossiers.items() if ends[key] == State.PREPARED])


def prepare(year: Year, dossiers: list[Dossier], of: int = 2023) -> Decision:
    """The district's decision over what was scored in a year, ready for the leader."""
    items = [deciding.ItemDraft(dossier, *_outcome(dossier)) for dossier in dossiers]
    title = f"Phê duyệt kết quả đánh giá, phân hạng sản phẩm OCOP năm {of}"
    return deciding.prepare(area=unit("047"), items=items, title=title, by=year.officer)


def _outcome(dossier: Dossier) -> tuple[str, int | None]:
    """The district recognises 3 stars; what reaches 4 is recognised with 3 and forwarded; below, not."""
    dossier.refresh_from_db()
    stars = dossier.results.get(level="district").stars
    if stars < 3:
        return DecisionItem.Outcome.NOT_RECOGNISE, None
    forward = stars > 3
    return (DecisionItem.Outcome.RECOGNISE_AND_FORWARD if forward else DecisionItem.Outcome.RECOGNISE), 3


def join_value_chain(year: Year) -> None:
    """The cooperative's rice joins a chain with money of the National Target Programmes."""
    with on(date(2023, 9, 18)):
        recognising.record_value_chain(
            product=year.products["nep"],
            enterprise=year.enterprises["hop"],
            chain="Chuỗi liên kết sản xuất và tiêu thụ gạo nếp (minh họa)",
            partner="Công ty thu mua Minh Họa",
            joined_on=date(2023, 9, 18),
            funding_source=FundingSource.NATIONAL_PROGRAMMES,
            document="Dự án liên kết số 12/DA (minh họa)",
            by=year.officer,
        )


def report_on_plan(year: Year, plan: Plan) -> None:
    """What the officer told of the work, the money and the target that is reported by hand."""
    with on(date(2023, 12, 20)):
        for place, activity in enumerate(plan.activities.all()):
            state = "under_way" if place == 4 else "done"
            result = (
                "Đã thực hiện theo kế hoạch (minh họa)."
                if state == "done"
                else "Đã tham gia 02 hội chợ (minh họa)."
            )
            planning.report_activity(activity, state=state, result=result, by=year.officer)
        for line in plan.budget_lines.all():
            share = Decimal(year.dice.randint(70, 100)) / 100
            spent = None if line.planned is None else (line.planned * share).quantize(Decimal("0.1"))
            planning.report_disbursement(line, disbursed=spent, by=year.officer)
        support = plan.targets.get(label="4")
        note = "Tổng hợp của Phòng Nông nghiệp và PTNT (minh họa)"
        planning.record_figure(
            support, as_of=date(2023, 12, 15), value=Decimal(4), note=note, by=year.officer
        )


def write_news(year: Year, plan: Plan) -> None:
    """The articles of the year, published on their days."""
    for row in year.content["news"]:
        with on(row["date"]):
            article = announcing.create(
                by=year.officer,
                area=unit("047"),
                news_date=row["date"],
                title=row["title"],
                summary=row["summary"],
                body=row["body"],
                plan=plan if row.get("about_plan") else None,
            )
            announcing.publish(article, by=year.officer)
