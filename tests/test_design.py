"""The design keeps its promises: strict content policy, no third party, lists and charts for anyone."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_portal.lib.svg import Bar, Part, bars, progress_bar, stars
from ocop_portal.management.commands.vendored import differences
from tests.rendering import Page, render

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = ROOT / "static"
FIRST_PAGE_LIMIT = 150_000


# --- content policy and weight


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(ROOT / "templates").as_posix())
def test_a_template_has_no_inline_script_style_or_handler(path: Path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", text) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text) == []


def test_nothing_names_a_third_party_host():
    own = [p for p in STATIC.rglob("*") if p.suffix in {".css", ".js", ".svg"} and "vendor" not in p.parts]
    named = {
        (path.name, host)
        for path in [*own, *TEMPLATES]
        for host in re.findall(r"(?:https?:)?//([a-z0-9-]+\.[a-z0-9.-]+)", path.read_text(encoding="utf-8"))
    }
    assert {host for _, host in named} <= {"www.w3.org"}


def test_no_file_points_to_a_map_that_is_not_there():
    served = [p for p in STATIC.rglob("*") if p.suffix in {".css", ".js"}]
    assert [p for p in served if b"sourceMappingURL" in p.read_bytes()] == []


def test_the_manifest_of_static_files_can_be_made(settings, tmp_path: Path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()


def test_the_frame_of_a_page_weighs_little():
    html = render_to_string("base.html", request=RequestFactory().get("/"))
    linked = re.findall(r"/static/([^\"]+)", html)
    weight = len(html.encode()) + sum((STATIC / name).stat().st_size for name in linked)
    assert "css/portal.css" in linked
    assert weight <= FIRST_PAGE_LIMIT


def test_vendored_files_match_their_digests(capsys):
    call_command("vendored", "check")
    assert capsys.readouterr().out == "vendored files match their digests\n"


def test_a_changed_a_missing_and_an_unlisted_vendored_file_are_named(settings, tmp_path: Path):
    folder = tmp_path / "static" / "vendor"
    folder.mkdir(parents=True)
    (folder / "digests.txt").write_text("# comment\n" + "0" * 64 + "  a.css\n" + "1" * 64 + "  gone.css\n")
    (folder / "a.css").write_text("a{}")
    (folder / "new.js").write_text("1")
    assert differences(folder) == [
        "gone.css: listed, but missing",
        "new.js: not listed in digests.txt",
        "a.css: changed since it was listed",
    ]
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match=r"new\.js: not listed"):
        call_command("vendored", "check")


# --- lists


def test_the_pager_says_where_one_is_and_keeps_the_question():
    pages = Paginator(range(213), 25)
    html = render("{% pager page %}", "/ho-so/?q=dẻ&page=2", page=pages.page(2))
    assert "26–50 trong 213" in html
    assert next(a["href"] for t, a in Page(html).tags if t == "a") == "?q=d%E1%BA%BB&page=1"
    assert 'aria-current="page">2<' in html
    assert "<ul>" not in render("{% pager page %}", page=Paginator(range(3), 25).page(1))


def test_the_pager_does_not_put_thousands_separators_into_addresses():
    html = render("{% pager page %}", page=Paginator(range(60_000), 10).page(5000))
    assert 'href="?page=5001"' in html


@pytest.mark.parametrize(
    ("query", "leads_to", "said"),
    [
        ("", "?sort=name", None),
        ("?sort=name", "?sort=-name", "ascending"),
        ("?sort=-name&page=3", "?sort=name", "descending"),
    ],
)
def test_a_heading_sorts_and_the_second_time_backwards(query: str, leads_to: str, said: str | None):
    heading, link = Page(render("{% sort_header 'name' 'Tên' %}", "/ho-so/" + query)).tags[:2]
    assert link[1]["href"] == leads_to
    assert heading[1].get("aria-sort") == said


# --- states, stars, charts


def test_a_state_has_one_of_five_tones_and_is_escaped():
    assert (
        render("{% status_tag label 'good' %}", label="<b>") == '<span class="tag tag--good">&lt;b&gt;</span>'
    )
    assert "<svg" in render("{% status_tag 'Chậm' 'warn' %}")
    with pytest.raises(ValueError, match="not 'red'"):
        render("{% status_tag 'Chậm' 'red' %}")


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_stars_are_drawn_and_said(count: int):
    with translation.override("vi"):
        html = stars(count)
    assert html.count("stars__on") == count
    assert html.count("stars__off") == 5 - count
    assert f'<span class="rating__words">{count} sao</span>' in html


def test_no_star_and_a_potential_star_are_said_in_words():
    with translation.override("vi"):
        assert stars(None) == stars(0) == '<span class="muted">Chưa có hạng</span>'
        assert "tiềm năng 5 sao" in stars(5, potential=True)
    with pytest.raises(ValueError, match="1 to 5 stars, not 6"):
        stars(6)


def test_progress_is_a_dash_where_nothing_is_known():
    with translation.override("vi"):
        assert [progress_bar(None, 6), progress_bar(3, None), progress_bar(3, 0)] == [
            '<span class="muted">–</span>'
        ] * 3
        assert "<span>0,0 %</span>" in progress_bar(0, 6)
        assert "<span>133,3 %</span>" in progress_bar(8, 6)
        assert "<span>166,7 %</span>" in progress_bar(10, 6)
        assert 'class="meter__done" width="100.0"' in progress_bar(8, 6)


def test_a_chart_is_a_table_of_the_same_numbers():
    items = [Bar("Đàm Thủy", (3, 1, 0), "/x/"), Bar("<Chí Viễn>", (2, 0, 1))]
    with translation.override("vi"):
        html = bars(items, caption="Sao theo xã", heading="Xã")
    assert re.findall(r'<td class="number">(\d+)</td>', html) == [*"3104", *"2013", *"5117"]
    assert re.findall(r"([345] sao)</th>", html) == ["3 sao", "4 sao", "5 sao"]
    assert '<a href="/x/">Đàm Thủy</a>' in html
    assert "&lt;Chí Viễn&gt;" in html


def test_a_chart_refuses_values_that_fit_no_part():
    with pytest.raises(ValueError, match="'Xã' has 2 values for 1 parts"):
        bars([Bar("Xã", (1, 2))], caption="", heading="", parts=[Part("done", "Xong")])


@settings(max_examples=25)
@given(st.lists(st.tuples(*[st.integers(0, 10_000)] * 3), max_size=6))
def test_no_bar_leaves_its_frame(rows: list[tuple[int, int, int]]):
    html = bars([Bar("x", values) for values in rows], caption="", heading="")
    ends = [float(x) + float(width) for x, width in re.findall(r' x="([\d.]+)" width="([\d.]+)"', html)]
    assert all(end <= 1001 for end in ends)
    assert len(ends) == sum(value > 0 for values in rows for value in values)


# --- pages for what went wrong


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_an_error_page_needs_no_context(name: str):
    html = render_to_string(name)
    assert '<html lang="vi">' in html
    assert "data-keep-drafts" in html


def test_a_stale_form_gives_back_the_text_but_no_password():
    request = RequestFactory().post(
        "/x/", {"story": "Hạt dẻ <b>", "password1": "bí mật", "csrfmiddlewaretoken": "t"}
    )
    with translation.override("vi"):
        html = render_to_string("403_csrf.html", {}, request=request)
    assert "Hạt dẻ &lt;b&gt;" in html
    assert "bí mật" not in html


def test_a_page_writes_its_title_once_for_head_and_heading():
    source = "{% extends 'base.html' %}{% block title %}Hồ sơ{% endblock %}"
    html = Template(source).render(Context({}))
    assert re.search(r"<h1>\s*Hồ sơ\s*</h1>", html)
    assert "<title>Hồ sơ – " in html
