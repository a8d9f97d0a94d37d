"""Administrators look at regulations, dossiers and recognitions of their area, and change none."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ratings.models import Decision, Dossier, Recognition, Regulation, ValueChainRecord
from tests.factories import make_decision, make_recognition, make_user

MODELS = [Regulation, Dossier, Decision, Recognition, ValueChainRecord]


def address(model, page, *args):
    return reverse(f"admin:ratings_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def facts(draft, district, commune_staff):
    product = draft.product
    make_recognition(product, make_decision(district))
    ValueChainRecord.objects.create(product=product, area=draft.area, chain="Ngô", joined_on="2023-05-01")


@pytest.mark.parametrize("model", MODELS)
def test_facts_are_shown_and_never_changed(model, facts, client_of, administrator):
    client, row = client_of(administrator), model.objects.first()
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "change", row.pk)).status_code == 200
    before = model.objects.filter(pk=row.pk).values().get()
    assert client.post(address(model, "change", row.pk), {"state": "recognised"}).status_code == 403
    assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.get(address(model, "add")).status_code == 403
    assert model.objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("model", MODELS[1:])
def test_an_administrator_elsewhere_finds_nothing(model, facts, client_of, world):
    elsewhere = make_user("quantri.049", "administrator", world.other_district)
    response = client_of(elsewhere).get(address(model, "change", model.objects.first().pk))
    assert response.status_code == 302  # the administration's own way of saying that there is none
    assert response.headers["Location"] == reverse("admin:index")
