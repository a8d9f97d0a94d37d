"""After the districts: the communes of today file under Decision 26/2026, the province checks and scores."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from accounts.models import Role, User
from enterprises import registering as organisations
from enterprises.models import Enterprise, EnterpriseKind
from products import registering as goods
from products.models import Product, ProductGroup
from ratings import filing, recognising
from ratings.models import Dossier, Recognition, Regulation

from . import acts, council2026, libraries, office_form
from .days import on
from .people import account, unit
from .year2023 import NOTE

MAKERS = Path(__file__).parent / "makers2026.yaml"
COMMUNES_BEGAN = date(2025, 7, 1)
SPRING = date(2026, 3, 2)
SUMMER = date(2026, 7, 27)
# user name, full name, code of the commune of today
STAFF_2026 = [
    ("xa.damthuy.2026", "Nông Văn Mẫu", "01501"),
    ("xa.tralinh.2026", "Đàm Thị Thử", "01447"),
    ("xa.trungkhanh.2026", "Lương Văn Thử", "01477"),
    ("xa.quanghan.2026", "Hoàng Thị Mẫu", "01456"),
    ("xa.quangtrung.2026", "Bế Văn Thử", "01465"),
    ("xa.dinhphong.2026", "Triệu Văn Mẫu", "01489"),
    ("xa.doaiduong.2026", "Lý Thị Thử", "01525"),
]
TITLE = "Chuyên viên Phòng Kinh tế xã"
COLLEAGUE = ("tinh.caobang.2", "Vi Thị Mẫu", Role.OFFICER, "04", "Chuyên viên Văn phòng Điều phối")
# Products of 2023 that come again, by their key.
KNOWN = {
    "homestay": "Homestay bản Mẫu",
    "gao": "Gạo nếp hương Mẫu",
    "nep": "Gạo nếp Pì Pất Mẫu",
    "qua": "Mận máu Mẫu",
}


class Autumn:
    """What the acts share: the people, the organisations, the products, the dice of the seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - particulars of a demonstration
        self.content: dict[str, list[dict[str, Any]]] = yaml.safe_load(MAKERS.read_text(encoding="utf-8"))
        self.clerks = {
            code: account(name, full_name, Role.COMMUNE, code, TITLE, COMMUNES_BEGAN)
            for name, full_name, code in STAFF_2026
        }
        account(*COLLEAGUE, COMMUNES_BEGAN)
        self.officer = User.objects.get(username="tinh.caobang")
        self.enterprises: dict[str, Enterprise] = {}
        self.products: dict[str, Product] = {
            key: Product.objects.get(name=name) for key, name in KNOWN.items()
        }

    def clerk(self, product: Product) -> User:
        """Who files for the product: the staff of the commune that looks after it today."""
        return self.clerks[filing.commune_of(product, COMMUNES_BEGAN).code]


def play(seed: int) -> None:
    """Play the year over the year 2023; each act happens on its day, through the pages' verbs."""
    with on(COMMUNES_BEGAN):
        autumn = Autumn(seed)
    with on(SPRING):
        register_makers(autumn)
        register_products(autumn)
    with on(SUMMER):
        stock_libraries(autumn)
        office_form.play(autumn.officer)
    for row in autumn.content["recognised"]:
        enter_recognition(autumn, row)
    for row in autumn.content["dossiers"]:
        file_dossier(autumn, row)
    council2026.play(autumn.officer)


def register_makers(autumn: Autumn) -> None:
    """Enter the organisations with their representatives; addresses and phones come from the dice."""
    dice = autumn.dice
    for row in autumn.content["enterprises"]:
        area = unit(row["area"], SPRING)
        middle = "Thị" if row["sex"] == "female" else "Văn"
        autumn.enterprises[row["key"]] = organisations.register(
            by=autumn.clerks[row["area"]],
            name=row["name"],
            kind=EnterpriseKind.objects.get(code=row["kind"]),
            tax_code=row.get("tax_code", ""),
            no_tax_code_reason=row.get("no_tax_code_reason", ""),
            registered_on=row.get("registered"),
            area=area,
            address=f"Xóm Mẫu {dice.randint(1, 9)}, {area.name}",
            representative=f"{dice.choice(['Nông', 'Bế', 'Hoàng', 'Đàm', 'Lương'])} {middle} Minh Họa",
            representative_position="Giám đốc" if row["kind"] in {"cooperative", "company"} else "Chủ hộ",
            representative_sex=row["sex"],
            representative_ethnicity=row["ethnicity"],
            phone=f"0900000{dice.randint(100, 999)}",
            note=NOTE,
        )


def register_products(autumn: Autumn) -> None:
    """Enter the products with their organisations and variants, each with a story of its own.

    Where the organisations are of two communes, neither sees both: the province's officer enters it.
    """
    for row in autumn.content["products"]:
        makers = [autumn.enterprises[key] for key in row["makers"]]
        of_one = {maker.area.code for maker in makers} == {row["area"]}
        autumn.products[row["key"]] = goods.register(
            by=autumn.clerks[row["area"]] if of_one else autumn.officer,
            enterprises=makers,
            lead=makers[0],
            variants=row.get("variants", []),
            name=row["name"],
            group=ProductGroup.objects.get(code=row["group"]),
            area=unit(row["area"], SPRING),
            summary=f"{row['name']}: sản phẩm minh họa của {makers[0].name}.",
            story=f"Câu chuyện minh họa của {row['name']}, do {makers[0].name} kể: người già trong xóm "
            "truyền lại cách làm, lớp trẻ ghi chép từng mẻ và giữ nguyên liệu của địa phương.",
        )


def stock_libraries(autumn: Autumn) -> None:
    """Enter the papers of each organisation into its library."""
    for row in autumn.content["enterprises"]:
        libraries.stock(
            autumn.enterprises[row["key"]],
            by=autumn.clerks[row["area"]],
            dice=autumn.dice,
            but=row.get("papers", libraries.NO_PAPERS),
        )
    for key in KNOWN:
        product = autumn.products[key]
        maker = product.makings.order_by("-is_lead", "pk").select_related("enterprise").first()
        if maker is not None and not maker.enterprise.evidence.exists():
            libraries.stock(maker.enterprise, by=autumn.clerk(product), dice=autumn.dice)


def enter_recognition(autumn: Autumn, row: dict[str, Any]) -> Recognition:
    """Enter a recognition of the years between from its paper."""
    product, regulation = autumn.products[row["product"]], Regulation.objects.filing_on(row["signed"])
    with on(row["entered"]):
        return recognising.record_paper(
            by=autumn.officer,
            product=product,
            stars=row["stars"],
            decision_number=row["number"],
            signed_on=row["signed"],
            issuing_body="UBND huyện Trùng Khánh",
            area=product.area,
            holders=[making.enterprise for making in product.makings.all()],
            kind=Recognition.Kind.FIRST,
            regulation=regulation,
        )


def file_dossier(autumn: Autumn, row: dict[str, Any]) -> Dossier:
    """Bring one dossier along its acts, each on its day."""
    product = autumn.products[row["product"]]
    scene = acts.Scene(product, autumn.clerk(product), autumn.officer, autumn.dice)
    for day, act, particulars in row["acts"]:
        with on(day):
            acts.ACTS[act](scene, **particulars)
    return scene.dossier
