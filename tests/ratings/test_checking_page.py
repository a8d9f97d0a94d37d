"""Checking a dossier of 2026: read beside its evidence, returned place by place, answered, compared."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse

from accounts.models import Role
from enterprises.models import Evidence
from ratings import filing, workflow
from ratings.models import Answer, CommuneAssessment, Dossier, EvidenceUse, SectionContent
from tests.factories import load_criteria, make_product, make_user

State = Dossier.State
FILED, TODAY = date(2026, 6, 1), date(2026, 6, 15)


@pytest.fixture
def rice_wine(db, settings):
    settings.OCOP_TODAY = TODAY
    return load_criteria("QD26-14")[0]


@pytest.fixture
def clerk(world):
    return make_user("xa.damthuy.2026", Role.COMMUNE, world.new_dam_thuy, full_name="Cán bộ Đàm Thủy mới")


@pytest.fixture
def draft(world, rice_wine, clerk, with_paper):
    """A draft with two answers, a note, a section and a paper for criterion 2.2 that has run out."""
    product = make_product(world.new_dam_thuy, group=rice_wine.group, name="Rượu ngô Bản Giốc")
    dossier = filing.open_dossier(product, kind="first", by=clerk, on=FILED, pledged=True)
    with_paper(dossier)
    answer(dossier, "1.1", 1, note="Ngô của xóm")
    answer(dossier, "2.2", 1)
    SectionContent.objects.create(
        dossier=dossier, section="thong-tin-chung", content={"history": "Nấu từ năm 1990"}
    )
    return dossier


def answer(dossier, code, position, note=""):
    criterion = dossier.criteria_set.criteria.get(code=code)
    option = criterion.options.get(position=position)
    Answer.objects.update_or_create(
        dossier=dossier, criterion=criterion, defaults={"option": option, "note": note}
    )
    return criterion


def prove(dossier, code="", **fields):
    stored = storages["private"].save("minh-chung.pdf", ContentFile(b"%PDF-1.7"))
    defaults = {
        "kind": "test_report",
        "title": "Phiếu kiểm nghiệm",
        "number": "12/PKN",
        "file": stored,
        "file_name": "minh-chung.pdf",
        "content_type": "application/pdf",
        "size": 8,
        "sha256": "a" * 64,
    }
    paper = Evidence.objects.create(enterprise=dossier.enterprise, **(defaults | fields))
    criterion = dossier.criteria_set.criteria.get(code=code) if code else None
    return EvidenceUse.objects.create(dossier=dossier, evidence=paper, criterion=criterion)


@pytest.fixture
def submitted(draft, clerk):
    """Proposed by the commune to the province on 3/6/2026."""
    prove(draft, "2.2", expires_on=date(2026, 6, 14))
    workflow.move(draft, State.AT_COMMUNE, by=clerk, on=FILED)
    CommuneAssessment.objects.create(
        dossier=draft, **dict.fromkeys(("origin", "labour", "idea", "identity"), "Đạt"), proposes=True,
        assessed_on=FILED,
    )  # fmt: skip
    workflow.move(draft, State.SUBMITTED, by=clerk, on=date(2026, 6, 3))
    return draft


def page(name, dossier):
    return reverse(f"ratings:{name}", args=[dossier.pk])


def text_of(response):
    return response.content.decode()


def test_probe(client_of, submitted, province_officer):
    shown = client_of(province_officer).get(page("dossier_check", submitted))
    open("/tmp/check.html", "w").write(text_of(shown))
    assert shown.status_code == 200
    q = client_of(province_officer).get(reverse("ratings:queue"))
    open("/tmp/queue.html", "w").write(text_of(q))
    assert q.status_code == 200
    d = client_of(province_officer).get(page("dossier", submitted))
    open("/tmp/dossier.html", "w").write(text_of(d))
    assert d.status_code == 200
