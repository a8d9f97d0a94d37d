"""The kinds of organisations come from a file that is read strictly."""

import pytest

from enterprises import loading
from enterprises.models import EnterpriseKind

KIND = "- {code: cooperative, name: Hợp tác xã, economic_organisation: true}"


@pytest.mark.django_db
def test_the_kinds_are_loaded_once():
    assert loading.load() == ["enterprises/kinds.yaml: 12 kinds"]
    assert loading.load() == ["enterprises/kinds.yaml: unchanged"]
    economic = EnterpriseKind.objects.filter(is_economic_organisation=True)
    assert [kind.name for kind in economic] == [
        "Hợp tác xã",
        "Liên hiệp hợp tác xã",
        "Tổ hợp tác",
        "Doanh nghiệp",
    ]
    assert EnterpriseKind.objects.count() == 12


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("kinds: [", "kinds.yaml: not YAML"),
        ("- a", "kinds.yaml: a mapping is expected"),
        ("kinds: []", "kinds.yaml: kinds: a list is expected"),
        ("kinds: [x]", "kinds.yaml, kind 1: a mapping is expected"),
        (f"kinds: [{KIND[2:-1]}, stars: 3}}]", "kinds.yaml, kind 1: unknown stars"),
        ("kinds: [{code: a, name: b}]", "kinds.yaml, kind 1: without economic_organisation"),
        (f"kinds:\n  {KIND}\n  {KIND}", "kinds.yaml: the code cooperative stands twice"),
        (
            "kinds: [{code: a, name: b, economic_organisation: có}]",
            "kinds.yaml, a: economic_organisation is true or false",
        ),
    ],
)
@pytest.mark.django_db
def test_a_bad_file_is_refused_with_place_and_reason(content: str, reason: str):
    with pytest.raises(ValueError) as refused:
        loading.load_kinds(content.encode())
    assert str(refused.value).splitlines()[0].startswith(reason)
    assert EnterpriseKind.objects.count() == 0
