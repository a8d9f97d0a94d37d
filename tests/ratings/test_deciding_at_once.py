"""Two leaders, two officers, or two tabs at the same moment: one effect, and the other is told."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Role
from ratings import deciding, recognising
from ratings.deciding import ItemDraft
from ratings.models import Decision, Dossier, Recognition, RecognitionEvent
from ratings.workflow import Refused
from tests.factories import make_decision, make_recognition, make_user
from tests.ratings.scored import make_scored
from tests.ratings.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dossier(regulations, product, officer) -> Dossier:
    return make_scored(product, "62", by=officer)


def test_two_leaders_sign_one_decision(dossier, officer, leader, district):
    deputy = make_user("pho.trungkhanh", Role.LEADER, district)
    made = deciding.prepare(area=district, items=[ItemDraft(dossier, "recognise", 3)], by=officer)

    def signing(number, by):
        decision = Decision.objects.get(pk=made.pk)
        facts = {"number": number, "signed_on": date(2023, 12, 20), "signer_name": "B"}
        return lambda: deciding.sign(decision, by=by, **facts)

    done = at_once(signing("1/QĐ-UBND", leader), signing("2/QĐ-UBND", deputy), signing("1/QĐ-UBND", leader))
    decision = Decision.objects.get()
    assert decision.state == "signed"
    losers = {"1/QĐ-UBND": 1, "2/QĐ-UBND": 2}[decision.number]
    assert [isinstance(each, deciding.SignedOtherwise) for each in done].count(True) == losers
    assert (Recognition.objects.count(), dossier.steps.filter(to_state="recognised").count()) == (1, 1)


def test_two_officers_put_one_dossier_into_a_decision(dossier, officer, district):
    def preparing():
        draft = ItemDraft(Dossier.objects.get(), "recognise", 3)
        return lambda: deciding.prepare(area=district, items=[draft], by=officer)

    done = at_once(preparing(), preparing())
    assert [isinstance(each, Refused) for each in done].count(True) == 1
    assert Decision.objects.count() == 1


def test_one_paper_from_two_tabs_is_one_recognition(product, officer, district):
    paper = {
        "product": product,
        "stars": 3,
        "decision_number": "9/QĐ-UBND",
        "signed_on": date(2022, 1, 1),
        "issuing_body": "UBND huyện",
        "area": district,
        "by": officer,
    }
    done = at_once(*[lambda: recognising.record_paper(**paper)] * 3)
    assert [isinstance(each, recognising.AlreadyEntered) for each in done].count(True) == 2
    assert (Recognition.objects.count(), Decision.objects.count()) == (1, 1)


def test_one_recognition_is_revoked_once(product, officer, district):
    found = make_recognition(product, make_decision(district, signed_on=date(2022, 1, 1)))
    paper = recognising.Paper("UBND huyện", "7/QĐ-UBND", date(2023, 5, 1))
    event = {"kind": "revoked", "on": date(2023, 5, 1), "decision": paper, "by": officer}
    one, other = at_once(*[lambda: recognising.record_event(found, **event)] * 2)
    assert one == other == RecognitionEvent.objects.get()
