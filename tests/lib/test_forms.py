import datetime
import json
import unicodedata
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import translation

from accounts.models import User
from areas.models import Area
from ocop_portal.lib import paging
from ocop_portal.lib.forms import DateField, DecimalField, FilterForm, NormalisedForm, NormalisedModelForm
from ocop_portal.lib.text import matches


def nfd(written):
    return unicodedata.normalize("NFD", written)


class Particulars(NormalisedForm):
    name = forms.CharField(max_length=12)
    story = forms.CharField(widget=forms.Textarea, required=False)
    password = forms.CharField(widget=forms.PasswordInput, required=False)
    exact = forms.CharField(strip=False, required=False)
    extra = forms.JSONField(required=False)
    signed_on = DateField(required=False)
    points = DecimalField(required=False, max_digits=5, decimal_places=2)


def cleaned(**data):
    form = Particulars({"name": "x", **data})
    assert form.errors == {}
    return form.cleaned_data


def test_pasted_text_is_composed_before_its_length_is_looked_at():
    name = nfd("  Hạt dẻ\u00a0 ngọt ")
    assert len(name) > 12
    assert cleaned(name=name)["name"] == "Hạt dẻ ngọt"
    assert cleaned(story=nfd("Một\u00a0 \r\n\r\nhai "))["story"] == "Một\n\nhai"


def test_passwords_and_exact_fields_are_left_as_typed():
    typed = nfd("mật  khẩu")
    found = cleaned(password=typed, exact=f" {typed} ", extra=json.dumps({"a": typed}))
    assert (found["password"], found["exact"], found["extra"]) == (typed, f" {typed} ", {"a": typed})


def test_the_senders_data_are_not_touched():
    data = QueryDict(mutable=True)
    data["name"] = nfd("dẻ")
    form = Particulars(data)
    assert form.is_valid()
    assert data["name"] == nfd("dẻ")
    assert form["name"].value() == "dẻ"


def test_a_prefixed_form_is_normalised_too():
    form = Particulars({"one-name": nfd("dẻ")}, prefix="one")
    assert form.is_valid()
    assert form.cleaned_data["name"] == "dẻ"


def test_a_models_form_is_normalised_too():
    class UserForm(NormalisedModelForm):
        class Meta:
            model = User
            fields = ["full_name"]

    form = UserForm({"full_name": nfd(" Cán  bộ")})
    assert form.is_valid()
    assert form.instance.full_name == "Cán bộ"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_dates_are_read_leniently_and_shown_day_first(language):
    with translation.override(language):
        assert cleaned(signed_on="5/3/23")["signed_on"] == datetime.date(2023, 3, 5)
        assert cleaned(signed_on=" ")["signed_on"] is None
        form = Particulars(initial={"signed_on": datetime.date(2023, 3, 5)})
        assert str(form["signed_on"]) == (
            '<input type="text" name="signed_on" value="05/03/2023" placeholder="dd/mm/yyyy" '
            'inputmode="numeric" autocomplete="off" id="id_signed_on">'
        )
    again = Particulars(
        {"name": "x", "signed_on": "5.3.2023"}, initial={"signed_on": datetime.date(2023, 3, 5)}
    )
    assert again.changed_data == ["name"]


def test_a_wrong_date_says_how_dates_are_written():
    form = Particulars({"name": "x", "signed_on": "hôm qua"})
    with translation.override("vi"):
        assert form.errors == {"signed_on": ["Nhập ngày theo dạng ngày/tháng/năm, ví dụ 05/03/2023."]}


def test_numbers_are_read_with_a_comma_and_shown_so():
    with translation.override("vi"):
        assert cleaned(points="31,00")["points"] == Decimal("31.00")
        assert cleaned(points="")["points"] is None
        form = Particulars(initial={"points": Decimal("31.50")})
        assert str(form["points"]) == (
            '<input type="text" name="points" value="31,50" inputmode="decimal" autocomplete="off" '
            'id="id_points">'
        )
        wrong = Particulars({"name": "x", "points": "31.000.000"})
        assert list(wrong.errors) == ["points"]
        wordy = Particulars({"name": "x", "points": "ba mươi"})
        assert wordy.errors == {"points": ["Nhập một số, ví dụ 1.234,5."]}


class AreaFilter(FilterForm):
    q = forms.CharField(required=False)
    level = forms.MultipleChoiceField(
        choices=[("district", "District"), ("commune", "Commune")], required=False
    )
    sorts = {"name": ("name",), "code": ("code", "-valid_from")}

    def narrow(self, queryset, chosen):
        queryset = queryset.filter(matches("name_norm", chosen["q"]))
        return queryset.filter(level__in=chosen["level"]) if chosen["level"] else queryset


def found(query, rows=None):
    rows = Area.objects.all() if rows is None else rows
    return [area.code for area in AreaFilter(QueryDict(query)).filter(rows)]


@pytest.mark.django_db
def test_a_filter_narrows_and_sorts(world):
    assert found("q=dam+thuy&sort=code") == ["01495", "01501"]
    assert found("q=dam+thuy&sort=-code") == ["01501", "01495"]
    everything = found("")
    assert len(everything) == Area.objects.count()
    assert found("sort=nonsense") == found("sort=-nonsense") == found("sort=name") == everything
    assert found("sort=-name") == everything[::-1]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["level=nonsense", "level=commune&level=nonsense", "q=%F0%9F%8C%B0"])
def test_an_unknown_value_gives_an_empty_list(world, query):
    assert found(query) == []


def test_a_filter_knows_what_is_asked_for():
    form = AreaFilter(QueryDict("q=a&level=district&level=commune&page=3&sort=-code&other=1"))
    assert form.is_filtered is True
    assert form.querystring() == "q=a&level=district&level=commune&sort=-code"
    assert form.querystring(without=["level", "sort"]) == "q=a"
    assert AreaFilter(QueryDict("q=&page=2&sort=code")).is_filtered is False
    assert AreaFilter({"q": "a"}).querystring() == "q=a"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("", 1),
        ("page=2", 2),
        ("page=99", 5),
        ("page=-1", 5),
        ("page=x", 1),
        (f"page={'9' * 5000}", 1),
        ("page=", 1),
    ],
)
def test_pages_take_any_number_in_two_queries(world, django_assert_num_queries, asked, number):
    request = RequestFactory().get(f"/?{asked}")
    with django_assert_num_queries(2):
        page = paging.page_of(Area.objects.order_by("pk"), request, per_page=2)
        assert (page.number, len(page.object_list)) == (number, 2 if number < 5 else 1)
