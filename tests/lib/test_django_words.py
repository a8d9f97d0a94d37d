"""Django's own sentences in the portal's words."""

from __future__ import annotations

from pathlib import Path

import django
import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import translation

from areas.models import Area
from ocop_portal import translating
from ocop_portal.lib.forms import DecimalField


def objection(field: forms.Field, typed: str) -> str:
    with translation.override("vi"), pytest.raises(ValidationError) as refused:
        field.clean(typed)
    return " ".join(refused.value.messages)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (forms.CharField(), "", "Mục này bắt buộc nhập hoặc chọn."),
        (forms.IntegerField(max_value=28), "45", "Nhập số không lớn hơn 28."),
        (forms.IntegerField(min_value=1), "0", "Nhập số không nhỏ hơn 1."),
        (forms.IntegerField(), "năm", "Nhập một số nguyên, ví dụ 12."),
        (DecimalField(max_digits=6, decimal_places=2), "1234567,8", "Nhập số có nhiều nhất 6 chữ số."),
        (DecimalField(max_digits=9, decimal_places=2), "1,234", "Nhập nhiều nhất 2 chữ số sau dấu phẩy."),
        (
            forms.CharField(validators=[MaxLengthValidator(3)]),
            "abcd",
            "Nhập nhiều nhất 3 ký tự (đang có 4).",
        ),
        (forms.ChoiceField(choices=[("1", "x")]), "9", "“9” không có trong danh sách. Hãy chọn lại."),
        (forms.EmailField(), "abc", "Nhập địa chỉ thư điện tử đầy đủ, ví dụ ten@caobang.gov.vn."),
    ],
)
def test_a_form_objects_in_plain_vietnamese(field, typed, words):
    assert objection(field, typed) == words


def test_a_model_objects_in_the_words_of_the_forms():
    with translation.override("vi"), pytest.raises(ValidationError) as refused:
        Area(code="1").clean_fields()
    assert {"Mục này không được để trống."} == {*refused.value.message_dict["name"]}


def test_django_still_says_each_sentence():
    """A sentence that Django words anew would be read in Django's Vietnamese again, unnoticed."""
    here = settings.BASE_DIR / "ocop_portal" / "django_words.py"
    ours = {words for _, words, _, _ in extract_from_file("python", here, keywords=translating.KEYWORDS)}
    root = Path(django.__file__).parent
    theirs = set()
    for part in ("conf", "contrib/admin", "contrib/auth"):
        with (root / part / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
            theirs |= {message.id for message in read_po(file)}
    assert len(ours) >= 40
    assert ours - theirs == set()
