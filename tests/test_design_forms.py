"""Forms for anyone: labels, help, errors in words that lead to their control, optional fields that say so."""

import re

from django import forms

from tests.rendering import Page, render


class Organisation(forms.Form):
    name = forms.CharField(label="Tên chủ thể", help_text="Như trên giấy đăng ký")
    kind = forms.ChoiceField(label="Loại hình", choices=[("", "—"), ("htx", "Hợp tác xã")])
    way = forms.ChoiceField(
        label="Loại hồ sơ", widget=forms.RadioSelect, choices=[("1", "Lần đầu"), ("2", "Nâng hạng")]
    )
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea)
    right = forms.BooleanField(label="Tôi cam đoan")

    def clean(self) -> dict:
        if self.cleaned_data.get("name") == "trùng":
            raise forms.ValidationError("Chủ thể này đã có")
        return self.cleaned_data


class WithFile(forms.Form):
    scan = forms.FileField(label="Tệp quyết định")


def test_every_error_is_named_in_words_and_leads_to_its_control():
    html = render("{% form form draft='organisation-new' %}", form=Organisation({}))
    page = Page(html)
    assert "Có 4 lỗi cần sửa" in html
    assert [a["href"] for t, a in page.tags if t == "a"] == ["#id_name", "#id_kind", "#id_way_0", "#id_right"]
    assert page.dangling() == set()
    assert len(page.ids()) == len(set(page.ids()))
    assert page.named("name")["aria-invalid"] == "true"
    assert page.named("name")["aria-describedby"] == "id_name_helptext id_name_error"
    assert page.named("csrfmiddlewaretoken")["type"] == "hidden"
    assert html.index("id_name_helptext") < html.index('<input type="text"')


def test_an_error_of_the_whole_form_stands_in_the_summary():
    data = {"name": "trùng", "kind": "htx", "way": "1", "right": "on"}
    html = render("{% form form %}", form=Organisation(data))
    assert "Có 1 lỗi cần sửa" in html
    assert '<span class="error-summary__plain">Chủ thể này đã có</span>' in html


def test_optional_fields_say_so_and_required_ones_carry_no_mark():
    html = render("{% form form %}", form=Organisation())
    assert html.count("(không bắt buộc)") == 1
    assert "*" not in html
    assert "error-summary" not in html


def test_a_form_with_a_file_is_sent_as_one():
    html = render("{% form form 'Tải lên' cancel='/ho-so/' %}", form=WithFile())
    assert 'enctype="multipart/form-data"' in html
    assert ">Tải lên</button>" in html
    assert 'href="/ho-so/">Hủy</a>' in html


def test_the_summary_counts_the_errors_of_a_formset():
    rows = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-scan": "", "form-1-scan": ""}
    formset = forms.formset_factory(WithFile, extra=0, min_num=2, validate_min=True)(rows, {})
    html = render("{% error_summary formset %}", formset=formset)
    assert re.findall(r'href="#([^"]+)"', html) == ["id_form-0-scan", "id_form-1-scan"]


def test_filters_are_cleared_in_one_click_once_there_are_any():
    assert "Xóa bộ lọc" not in render(
        "{% filter_bar form %}", "/ho-so/?sort=name&page=2&note=", form=Organisation()
    )
    filtered = render("{% filter_bar form %}", "/ho-so/?sort=name&note=x", form=Organisation())
    assert 'href="/ho-so/">Xóa bộ lọc</a>' in filtered
    assert Page(filtered).named("sort")["value"] == "name"
