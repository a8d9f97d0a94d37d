"""The portal's own list to choose from prints what Django's prints, only faster."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

HOSTILE = """HTX "Nà Thuỷ" & <script>alert('x')</script>"""
CHOICES = [
    ("", gettext_lazy("All")),
    ("1", "Hợp tác xã “Nà Thuỷ” & <b>"),
    (4, 2026),
    (HOSTILE, "Tổ hợp tác"),
    (HOSTILE, [("2", HOSTILE), ('3"', mark_safe("<b>Chè</b>"))]),
    ("Nhóm trống", []),
]


class Striking(forms.Select):
    """A list whose options carry attributes of each kind."""

    def create_option(self, *args, **kwargs):
        option = super().create_option(*args, **kwargs)
        option["attrs"] |= {"disabled": option["value"] == "2", "data-note": HOSTILE, "hidden": False}
        return option


def printed(widget, chosen):
    """By the portal and by Django's own templates."""
    return tuple(
        widget.render("chu_the", chosen, {"id": "id_chu_the"}, renderer=renderer)
        for renderer in (get_default_renderer(), DjangoTemplates())
    )


@pytest.mark.parametrize("chosen", [None, "", "1", 4, '3"', HOSTILE, ["1"], "nowhere"])
@pytest.mark.parametrize("kind", [forms.Select, Striking])
def test_it_says_the_same_as_djangos(kind, chosen):
    ours, theirs = printed(kind(choices=CHOICES, attrs={"class": "select", "required": True}), chosen)
    assert ours.split() == theirs.split()
    assert "Nà Thuỷ" in ours


@pytest.mark.parametrize("chosen", [[], ["1", "2"], [4, HOSTILE]])
def test_where_several_can_be_chosen_they_stay_chosen(chosen):
    ours, theirs = printed(forms.SelectMultiple(choices=CHOICES), chosen)
    assert ours.split() == theirs.split()
    assert ours.count(" selected") == len(chosen)


def test_a_name_is_text_and_never_markup():
    ours, _theirs = printed(forms.Select(choices=CHOICES), HOSTILE)
    assert "<script" not in ours
    assert "HTX &quot;Nà Thuỷ&quot; &amp; &lt;script&gt;" in ours
    assert ours.count(" selected") == 1
