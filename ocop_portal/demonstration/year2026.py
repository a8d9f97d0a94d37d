"""After the districts: the communes of today file under Decision 26/2026, the province checks and scores."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Role, User
from products.models import Product
from ratings import filing, proposing, resulting, workflow
from ratings.models import Attachment, Dossier

from . import council2026, forms, papers
from .people import account
from .year2023 import on

COMMUNES_BEGAN = date(2025, 7, 1)
# user name, full name, code of the commune of today
STAFF_2026 = [
    ("xa.damthuy.2026", "Nông Văn Mẫu", "01501"),
    ("xa.tralinh.2026", "Đàm Thị Thử", "01447"),
    ("xa.trungkhanh.2026", "Lương Văn Thử", "01477"),
]
TITLE = "Chuyên viên Phòng Kinh tế xã"
State = Dossier.State


def play() -> None:
    """Play the autumn of 2026 over a database that holds the year 2023."""
    with on(COMMUNES_BEGAN):
        staff = {
            name: account(name, full_name, Role.COMMUNE, code, TITLE, COMMUNES_BEGAN)
            for name, full_name, code in STAFF_2026
        }
    clerk, officer = staff["xa.damthuy.2026"], User.objects.get(username="tinh.caobang")
    homestay = _filed("Homestay bản Mẫu", clerk, date(2026, 9, 14))
    _accepted(homestay, officer, date(2026, 9, 21))
    with on(date(2026, 11, 10)):
        resulting.enter_result(
            homestay,
            level="province",
            part_a=Decimal("30.25"),
            part_b=Decimal("20.50"),
            part_c=Decimal("22.75"),
            assessed_on=date(2026, 11, 10),
            council="Hội đồng đánh giá, phân hạng sản phẩm OCOP tỉnh Cao Bằng",
            by=officer,
        )
    _accepted(
        _filed("Gạo nếp hương Mẫu", staff["xa.trungkhanh.2026"], date(2026, 10, 20)),
        officer,
        date(2026, 10, 27),
    )
    _filed("Bột dong Mẫu", staff["xa.tralinh.2026"], date(2026, 11, 16))
    council2026.play(officer)


def _filed(name: str, clerk: User, day: date) -> Dossier:
    """A dossier submitted on the day: first, or an upgrade where the product is recognised already."""
    product = Product.objects.get(name=name)
    earlier = product.recognitions.order_by("-recognised_on").first()
    with on(day):
        dossier = filing.open_dossier(
            product,
            kind=Dossier.Kind.UPGRADE if earlier else Dossier.Kind.FIRST,
            previous=earlier,
            changes="Đã mở rộng vùng nguyên liệu và có chứng nhận mới (minh họa)." if earlier else "",
            by=clerk,
            requested_stars=4,
            presentation="Hồ sơ nộp theo Quyết định 26/2026/QĐ-TTg (minh họa).",
            pledged=True,
        )
        title = f"Phiếu đăng ký - {name}"
        kind = Attachment.Kind.REGISTRATION_FORM
        filing.attach(dossier, papers.pdf(title), kind=kind, title=title, by=clerk)
        forms.fill_in(dossier, by=clerk)
        filing.submit(dossier, by=clerk)
    with on(day + timedelta(days=3)):
        proposing.assess(
            dossier,
            by=clerk,
            origin="Nguyên liệu trồng tại xã (minh họa).",
            labour="Phần lớn lao động là người trong xã (minh họa).",
            idea="Ý tưởng của người dân trong xã (minh họa).",
            identity="Giữ cách làm truyền thống của địa phương (minh họa).",
            proposes=True,
        )
        workflow.move(dossier, State.SUBMITTED, by=clerk)
    return dossier


def _accepted(dossier: Dossier, officer: User, day: date) -> None:
    with on(day):
        workflow.move(dossier, State.ACCEPTED, by=officer)
