"""Scenes of 2026 for tests: the communes of today, Decision 26/2026, a dossier that says something."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.models import Post, Role, User
from enterprises.models import Enterprise, Evidence
from ocop_portal.lib import clock
from products.models import Product
from ratings import filing, proposing, workflow
from ratings.models import Answer, Attachment, CriteriaSet, Dossier, EvidenceUse, SectionContent
from tests.factories import load_criteria, make_product, make_user
from tests.ratings.filled import FORMS

_numbers = itertools.count(1)
TODAY = date(2026, 11, 23)
FORM_03 = {
    "origin": "Ngô trồng tại xã.",
    "labour": "8 trong 10 lao động là người trong xã.",
    "idea": "Nghề của người dân trong xã.",
    "identity": "Men lá của đồng bào Tày.",
}


def begin(settings: Any, on: date = TODAY) -> CriteriaSet:
    """Let it be a day of 2026, with the regulations and the set for rice wine loaded."""
    settings.OCOP_TODAY = on
    return load_criteria("QD26-14")[0]


def staff_of(area: Any, username: str = "xa.damthuy.2026") -> User:
    return make_user(username, Role.COMMUNE, area, full_name="Cán bộ xã hiện nay")


def evidence(enterprise: Enterprise, title: str = "Hợp đồng liên kết", **fields: Any) -> Evidence:
    number = next(_numbers)
    facts = {
        "kind": "origin",
        "number": f"{number}/HĐ",
        "file": f"evidence/{number}.pdf",
        "file_name": "hop-dong.pdf",
        "content_type": "application/pdf",
        "size": 10,
        "sha256": f"{number:064d}",
    }
    return Evidence.objects.create(enterprise=enterprise, title=title, **(facts | fields))


def paper(dossier: Dossier, kind: str = "registration_form", title: str = "Phiếu đăng ký") -> Attachment:
    number = next(_numbers)
    return Attachment.objects.create(
        dossier=dossier,
        kind=kind,
        title=title,
        file=f"dossiers/{number}.pdf",
        file_name="phieu.pdf",
        content_type="application/pdf",
        size=10,
        sha256=f"{number:064d}",
    )


def choose(dossier: Dossier, code: str, position: int, note: str = "") -> Answer:
    criterion = dossier.criteria_set.criteria.get(code=code)
    option = criterion.options.get(position=position)
    return Answer.objects.create(dossier=dossier, criterion=criterion, option=option, note=note)


def use(dossier: Dossier, proof: Evidence, code: str = "") -> EvidenceUse:
    criterion = dossier.criteria_set.criteria.get(code=code) if code else None
    return EvidenceUse.objects.create(dossier=dossier, evidence=proof, criterion=criterion)


def section(dossier: Dossier, key: str = "thong-tin-chung", **content: Any) -> SectionContent:
    return SectionContent.objects.create(dossier=dossier, section=key, content=content)


def opened(product: Product, staff: User, **fields: Any) -> Dossier:
    return filing.open_dossier(product, kind=fields.pop("kind", "first"), by=staff, **fields)


def complete(dossier: Dossier) -> Dossier:
    """Fill in what is still empty, so that the dossier can be submitted in 2026 or the two years after."""
    Enterprise.objects.filter(pk=dossier.enterprise_id).update(
        phone="0900000123", registered_on=date(2020, 3, 5)
    )
    if dossier.requested_stars is None:
        Dossier.objects.filter(pk=dossier.pk).update(requested_stars=3)
    for key, content in FORMS.items():
        known = SectionContent.objects.get_or_create(dossier=dossier, section=key)[0]
        known.content = _for_years(content) | known.content
        known.save()
    answered = dossier.answers.values("criterion")
    left = dossier.criteria_set.criteria.filter(is_leaf=True).exclude(pk__in=answered)
    for criterion in left:
        Answer.objects.create(
            dossier=dossier, criterion=criterion, option=criterion.options.order_by("-points")[0]
        )
    dossier.refresh_from_db()
    return dossier


def _for_years(content: dict[str, Any]) -> dict[str, str]:
    """The content as it is kept, its yearly figures said of the years around them too."""
    found = {}
    for name, value in content.items():
        stem, _, year = name.rpartition("_")
        years = range(int(year) - 1, int(year) + 3) if year.isdigit() else [""]
        found |= {f"{stem}_{each}" if each else name: str(value) for each in years}
    return found


def submitted(product: Product, staff: User, **fields: Any) -> Dossier:
    """A dossier with a paper, submitted today: under Decision 26/2026 it lies with the commune."""
    dossier = complete(opened(product, staff, **fields))
    paper(dossier)
    filing.submit(dossier, by=staff)
    return dossier


def proposed(dossier: Dossier, staff: User) -> Dossier:
    proposing.propose(dossier, by=staff, proposes=True, number="12/TTr-UBND", **FORM_03)
    return dossier


def accepted(dossier: Dossier, officer: User) -> Dossier:
    workflow.move(dossier, Dossier.State.ACCEPTED, by=officer)
    return dossier


def product_of(area: Any, **fields: Any) -> Product:
    return make_product(area, **({"name": "Rượu ngô men lá"} | fields))


def page(name: str, *keys: Any) -> str:
    return reverse(f"ratings:{name}", args=keys)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def post_in(user: User, area: Any, role: str = "commune", starts_on: date | None = None) -> Post:
    return Post.objects.create(user=user, role=role, area=area, starts_on=starts_on or clock.today())
