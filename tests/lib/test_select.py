"""The portal's own list to choose from prints what Django's prints, only faster."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer

CHOICES = [
    ("", "Tất cả"),
    ("1", "Hợp tác xã “Nà Thuỷ” & <b>"),
    ("Nhóm", [("2", "Miến"), ('3"', "Chè")]),
]


class Striking(forms.Select):
    """A list whose options carry attributes of each kind."""

    def create_option(self, *args, **kwargs):
        option = super().create_option(*args, **kwargs)
        option["attrs"] |= {"disabled": option["value"] == "2", "data-note": 'a"b', "hidden": False}
        return option


@pytest.mark.parametrize("chosen", [None, "", "1", '3"'])
@pytest.mark.parametrize("kind", [forms.Select, Striking])
def test_it_says_the_same_as_djangos(kind, chosen):
    widget = kind(choices=CHOICES, attrs={"class": "select", "required": True})
    ours, theirs = (
        widget.render("chu_the", chosen, {"id": "id_chu_the"}, renderer=renderer)
        for renderer in (get_default_renderer(), DjangoTemplates())
    )
    assert ours.split() == theirs.split()
    assert "Nà Thuỷ" in ours
