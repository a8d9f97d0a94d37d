"""Rows for tests, with particulars nobody bears; each maker fills what the test does not say."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Post, Role, User
from areas.models import Area, Coverage, Level, Signer, Succession, UnitProfile
from enterprises.models import Enterprise, EnterpriseKind, Evidence
from products.loading import load as load_groups
from products.models import Making, Product, ProductGroup
from ratings import loading
from ratings.criteria.loading import load_sets
from ratings.criteria.publishing import publish
from ratings.models import (
    Authority,
    Band,
    CriteriaSet,
    Criterion,
    Decision,
    Dossier,
    Recognition,
    RecognitionHolder,
    Regulation,
    RegulationPart,
)

_numbers = itertools.count(1)
END_OF_DISTRICTS = date(2025, 6, 30)
PASSWORD = "mat-khau-thu-nghiem"


def make_area(code: str, name: str, level: Level, parent: Area | None = None, **fields: Any) -> Area:
    kind = name.split(" ")[0] if level != Level.PROVINCE else "Tỉnh"
    return Area.objects.create(code=code, name=name, kind=kind, level=level, parent=parent, **fields)


def cover(*units: Area) -> None:
    """Rebuild the closure of the test's own small world: children and predecessors, transitively."""
    Coverage.objects.all().delete()
    areas = list(Area.objects.all())
    below: dict[int, set[int]] = {a.pk: {a.pk} for a in areas}
    edges = [(a.parent_id, a.pk) for a in areas if a.parent_id]
    edges += list(Succession.objects.values_list("successor_id", "predecessor_id"))
    changed = True
    while changed:
        changed = False
        for upper, lower in edges:
            if not below[lower] <= below[upper]:
                below[upper] |= below[lower]
                changed = True
    Coverage.objects.bulk_create(
        Coverage(unit_id=unit, covered_id=covered) for unit, all_ in below.items() for covered in all_
    )


def make_profile(area: Area, **fields: Any) -> UnitProfile:
    defaults = {
        "issuing_body": f"ỦY BAN NHÂN DÂN {area.name.upper()}",
        "superior_body": "ỦY BAN NHÂN DÂN TỈNH CAO BẰNG",
        "place": area.short_name,
        "recipients": "Như trên;\nLưu: VT.",
        "check_within_days": 10,
        "answer_within_days": 15,
        "decide_within_days": 30,
    }
    profile = UnitProfile.objects.create(area=area, **(defaults | fields))
    Signer.objects.create(
        profile=profile,
        capacity=Signer.Capacity.FOR_HEAD,
        collective="ỦY BAN NHÂN DÂN",
        head_position="CHỦ TỊCH",
        own_position="PHÓ CHỦ TỊCH",
        full_name="Nguyễn Thử Nghiệm",
        is_default=True,
    )
    return profile


def make_user(username: str, role: Role | None = None, area: Area | None = None, **fields: Any) -> User:
    user = User(username=username, full_name=fields.pop("full_name", username), **fields)
    # A fast hash: the tests sign in hundreds of times.
    user.set_password(PASSWORD)
    user.save()
    if role and area:
        Post.objects.create(user=user, role=role, area=area, starts_on=date(2020, 1, 1))
    return user


def make_kind(code: str = "cooperative", name: str = "Hợp tác xã", economic: bool = True) -> EnterpriseKind:
    return EnterpriseKind.objects.get_or_create(
        code=code, defaults={"name": name, "is_economic_organisation": economic}
    )[0]


def make_enterprise(area: Area, **fields: Any) -> Enterprise:
    n = next(_numbers)
    defaults = {
        "name": f"Hợp tác xã Thử nghiệm {n}",
        "tax_code": f"48{n:08d}",
        "representative": "Bế Thử Nghiệm",
        "address": "Xóm Thử Nghiệm",
    }
    fields.setdefault("kind", make_kind())
    return Enterprise.objects.create(area=area, **(defaults | fields))


def make_group(code: str = "QD26-14", name: str = "Rượu trắng", sector: str = "II") -> ProductGroup:
    root = ProductGroup.objects.get_or_create(code=sector, defaults={"name": "Đồ uống", "tier": "sector"})[0]
    middle = ProductGroup.objects.get_or_create(
        code=f"{sector}.1", defaults={"name": "Đồ uống có cồn", "tier": "group", "parent": root}
    )[0]
    return ProductGroup.objects.get_or_create(
        code=code, defaults={"name": name, "tier": "subgroup", "parent": middle}
    )[0]


def make_product(area: Area, *makers: Enterprise, **fields: Any) -> Product:
    fields.setdefault("group", make_group())
    product = Product.objects.create(
        area=area, **({"name": f"Rượu ngô thử nghiệm {next(_numbers)}"} | fields)
    )
    for place, maker in enumerate(makers or [make_enterprise(area)]):
        Making.objects.create(product=product, enterprise=maker, is_lead=place == 0)
    return product


def make_regulation(code: str = "QD148-2023", **fields: Any) -> Regulation:
    """Decision 148/2023 as its facts stand: the district recognises 3★ and forwards from 70."""
    if found := Regulation.objects.filter(code=code).first():
        return found
    defaults: dict[str, Any] = {
        "name": "Quyết định 148/QĐ-TTg",
        "documents": ["148/QĐ-TTg 24/02/2023"],
        "files_from": date(2023, 2, 24),
        "files_to": date(2025, 7, 5),
        "certificate_from_stars": 3,
        "validity_months": 36,
        "product_code_parts": ["province", "district", "commune", "sequence", "year"],
        "tree": Regulation.Tree.NONE,
    }
    regulation = Regulation.objects.create(code=code, **(defaults | fields))
    for part, points in {"A": 40, "B": 25, "C": 35}.items():
        RegulationPart.objects.create(regulation=regulation, code=part, max_points=points)
    for stars, points in {5: 90, 4: 70, 3: 50, 2: 30, 1: 0}.items():
        Band.objects.create(regulation=regulation, stars=stars, from_points=points)
    for place, (level, certifies, forwards) in enumerate(
        [("district", [3], 70), ("province", [4], 90), ("central", [5], None)]
    ):
        Authority.objects.create(
            regulation=regulation,
            level=level,
            position=place,
            assesses="points",
            certifies=certifies,
            forwards_from=None if forwards is None else Decimal(forwards),
        )
    return regulation


def make_dossier(
    product: Product, *, state: str = "draft", on: date = date(2023, 6, 1), **fields: Any
) -> Dossier:
    """A dossier put straight into a state: for tests of lists and measures, not of the way there."""
    n = next(_numbers)
    submitted = state != "draft"
    defaults: dict[str, Any] = {
        "code": f"HS-TN-{n:04d}",
        "receipt_code": f"TN{n:08d}",
        "enterprise": product.makings.first().enterprise,  # type: ignore[union-attr]
        "area": product.area,
        "group": product.group,
        "regulation": make_regulation() if submitted else None,
        "first_submitted_on": on if submitted else None,
        "state_since": on,
        "level": "district" if submitted else "",
        "pledged": True,
    }
    return Dossier.objects.create(product=product, state=state, **(defaults | fields))


def make_decision(area: Area, **fields: Any) -> Decision:
    defaults: dict[str, Any] = {
        "number": f"{next(_numbers)}/QĐ-UBND",
        "signed_on": date(2023, 10, 1),
        "issuing_body": "UBND huyện Trùng Khánh",
        "issuing_area": area,
        "state": Decision.State.SIGNED,
        "signer_name": "Nguyễn Thử Nghiệm",
    }
    return Decision.objects.create(area=area, **(defaults | fields))


def make_recognition(product: Product, decision: Decision, stars: int = 3, **fields: Any) -> Recognition:
    n = next(_numbers)
    on = decision.signed_on
    defaults: dict[str, Any] = {
        "area": product.area,
        "group": product.group,
        "product_name": product.name,
        "certificate_code": f"TN{n:08d}",
        "recognised_on": on,
        "date_precision": decision.date_precision,
        "expires_on": on.replace(year=on.year + 3) if on else None,
    }
    recognition = Recognition.objects.create(
        product=product, decision=decision, stars=stars, **(defaults | fields)
    )
    for making in product.makings.all():
        RecognitionHolder.objects.create(
            recognition=recognition,
            enterprise=making.enterprise,
            name=making.enterprise.name,
            kind=making.enterprise.kind,
        )
    return recognition


def make_criteria_set(code: str = "BTC-1", *, published: bool = True, **fields: Any) -> CriteriaSet:
    """The smallest sound set: one criterion a part, all or nothing."""
    defaults: dict[str, Any] = {"name": "Bộ tiêu chí thử nghiệm", "digest": "0" * 64}
    fields.setdefault("regulation", make_regulation())
    fields.setdefault("group", make_group())
    made = CriteriaSet.objects.create(code=code, **(defaults | fields))
    for number, part in enumerate(made.regulation.parts.all()):
        facts = {"criteria_set": made, "part": part.code, "max_points": part.max_points}
        above = Criterion.objects.create(code=part.code, position=2 * number, depth=0, **facts)
        leaf = Criterion.objects.create(
            code=str(number + 1),
            title=f"Tiêu chí {part.code}",
            parent=above,
            position=2 * number + 1,
            depth=1,
            is_leaf=True,
            **facts,
        )
        for position, points in enumerate([Decimal(0), part.max_points], 1):
            leaf.options.create(position=position, points=points, label=f"Mức {position}")
    return publish(made, by=None) if published else made


def load_criteria(*codes: str) -> list[CriteriaSet]:
    """The real sets of Decision 26/2026 with these codes (``"QD26-14"``), published, and their regulation."""
    load_groups()
    loading.load_regulations((loading.DATA / "regulations.yaml").read_bytes())
    for code in codes:
        load_sets((loading.DATA / "criteria" / f"{code}.yaml").read_bytes())
    return [CriteriaSet.objects.get(code=code) for code in codes]


def make_evidence(enterprise: Enterprise, **fields: Any) -> Evidence:
    """A paper of the library, without a file behind it; each with a digest of its own."""
    n = next(_numbers)
    defaults: dict[str, Any] = {
        "kind": "test_report",
        "title": f"Phiếu kiểm nghiệm {n}",
        "file": f"2023/khong-co-{n}.pdf",
        "file_name": f"phieu-{n}.pdf",
        "content_type": "application/pdf",
        "size": 1000,
        "sha256": f"{n:064x}",
    }
    return Evidence.objects.create(enterprise=enterprise, **(defaults | fields))
