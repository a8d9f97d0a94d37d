"""The classification of Decision 26/2026 comes from a file that is read strictly."""

import pytest

from products import loading
from products.models import ProductGroup


@pytest.mark.django_db
def test_the_classification_is_loaded_once():
    assert loading.load() == ["products/groups.yaml: 26 subgroups"]
    assert loading.load() == ["products/groups.yaml: unchanged"]
    sectors = ProductGroup.objects.filter(tier="sector")
    assert [sector.code for sector in sectors] == ["I", "II", "III", "IV", "V", "VI"]
    assert ProductGroup.objects.assignable().count() == 26
    spirits = ProductGroup.objects.get(code="QD26-14")
    assert [spirits.name, spirits.parent.name, spirits.parent.parent.name] == [
        "Rượu trắng",
        "Đồ uống có cồn",
        "Đồ uống",
    ]
    assert [group.code for group in ProductGroup.objects.under("II").assignable()] == [
        "QD26-14",
        "QD26-15",
        "QD26-16",
        "QD26-17",
    ]


def one_sector(subgroups: str) -> str:
    return f"sectors: [{{code: I, name: a, groups: [{{code: I.1, name: b, subgroups: [{subgroups}]}}]}}]"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("sectors: [{code: I, name: a}]", "file, sector 1: without groups"),
        ("sectors: [{code: I, name: a, groups: []}]", "file, sector 1: groups: a list is expected"),
        (one_sector("{code: x, name: y, z: 1}"), "I.1, subgroup 1: unknown z"),
    ],
)
@pytest.mark.django_db
def test_a_bad_file_is_refused_with_place_and_reason(content: str, reason: str):
    with pytest.raises(ValueError) as refused:
        loading.load_groups(content.encode())
    assert str(refused.value) == f"groups.yaml, {reason}"
    assert ProductGroup.objects.count() == 0


@pytest.mark.django_db
def test_a_code_that_stands_twice_is_refused():
    content = one_sector("{code: QD26-01, name: Rau}, {code: QD26-01, name: Rau}")
    with pytest.raises(ValueError, match="the code QD26-01 stands twice"):
        loading.load_groups(content.encode())
