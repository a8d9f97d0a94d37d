import gettext
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from ocop_portal import translating

NAMES = ["portal", "areas", "plans"]


@pytest.fixture
def project(tmp_path):
    """A project of two apps in which nothing is said yet."""
    for name in ("ocop_portal", "areas", "plans", "plans/migrations", "templates/plans"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    return tmp_path


def say(project, path, text):
    (project / path).write_text(text, encoding="utf-8")


def translate(project, name, *entries):
    path = translating.path_of(project, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(translating.HEADER + "\n\n".join(entries) + "\n", encoding="utf-8")


def catalogue(project, name):
    return translating.path_of(project, name).read_text(encoding="utf-8").removeprefix(translating.HEADER)


def words(project, name):
    return {(key.words, key.context) for key in translating.gather(project, name, NAMES)}


def test_python_is_read_in_every_way_of_saying(project):
    say(
        project,
        "plans/models.py",
        """
from django.utils.translation import gettext_lazy as _, ngettext, npgettext, pgettext, pgettext_lazy
one = _("Plan")
long = _("A plan "
         "in two lines")
many = ngettext("%(n)s plan", "%(n)s plans", 3)
month = pgettext("calendar", "May")
lazy = pgettext_lazy("verb", "May")
both = npgettext("calendar", "%(n)s day", "%(n)s days", 2)
not_said = "Nothing"
""",
    )
    say(project, "plans/migrations/0001_initial.py", '_("Old")')
    assert words(project, "plans") == {
        (("Plan",), ""),
        (("A plan in two lines",), ""),
        (("%(n)s plan", "%(n)s plans"), ""),
        (("May",), "calendar"),
        (("May",), "verb"),
        (("%(n)s day", "%(n)s days"), "calendar"),
    }


def test_templates_belong_to_the_app_of_their_folder_or_to_the_portal(project):
    say(project, "templates/base.html", "{% load i18n %}<p>it's {% translate 'Home' %}</p>")
    say(
        project,
        "templates/plans/list.html",
        """{% load i18n %}<h1>{% translate "Plans" %}</h1>
      <p title='{% translate "The plan's page" %}'>"{{ name|default:_("no name") }}
  {% blocktranslate count n=plans|length trimmed %}
    {{ n }} plan
  {% plural %}
    {{ n }} plans
  {% endblocktranslate %}
 {% translate "May" context "calendar" %} {# a comment, it's #}
{% translate "100% done" %}
""",
    )
    assert words(project, "portal") == {(("Home",), "")}
    assert words(project, "areas") == set()
    assert words(project, "plans") == {
        (("Plans",), ""),
        (("The plan's page",), ""),
        (("no name",), ""),
        (("%(n)s plan", "%(n)s plans"), ""),
        (("May",), "calendar"),
        (("100%% done",), ""),
    }


def test_a_template_that_cannot_be_read_is_named(project):
    say(
        project,
        "templates/plans/list.html",
        "{% load i18n %}{% blocktranslate %}{% if x %}{% endblocktranslate %}",
    )
    with pytest.raises(translating.TranslationError, match=r"plans/list\.html cannot be read"):
        translating.gather(project, "plans", NAMES)


def test_update_keeps_what_is_translated_drops_what_is_gone_and_names_what_lacks(project):
    say(project, "plans/models.py", '_("Target")\n_("Plan")\n_("%(n)s left")')
    translate(
        project,
        "plans",
        '# the word of the statute\nmsgid "Plan"\nmsgstr "Kế hoạch"',
        'msgid "Gone"\nmsgstr "Đã bỏ"',
        '#~ msgid "Older"\n#~ msgstr "Cũ"',
    )
    assert translating.update(project, ["plans"], NAMES) == {"plans": ["%(n)s left", "Target"]}
    assert catalogue(project, "plans") == (
        '#, python-format\nmsgid "%(n)s left"\nmsgstr ""\n\n'
        '# the word of the statute\nmsgid "Plan"\nmsgstr "Kế hoạch"\n\n'
        'msgid "Target"\nmsgstr ""\n'
    )
    before = catalogue(project, "plans")
    translating.update(project, ["plans"], NAMES)
    assert catalogue(project, "plans") == before
    assert not translating.path_of(project, "areas").exists()


def test_update_takes_the_words_of_another_catalogue_of_the_same_context(project):
    say(project, "plans/models.py", '_("May")\n_("Name")')
    translate(
        project, "areas", 'msgid "Name"\nmsgstr "Tên"', 'msgctxt "calendar"\nmsgid "May"\nmsgstr "Tháng Năm"'
    )
    assert translating.update(project, ["plans"], NAMES) == {"plans": ["May"]}
    assert 'msgid "Name"\nmsgstr "Tên"' in catalogue(project, "plans")


def test_compiling_needs_no_programs_and_happens_only_when_stale(project):
    translate(
        project,
        "plans",
        'msgid "Plan"\nmsgstr "Kế hoạch"',
        'msgctxt "calendar"\nmsgid "May"\nmsgstr "Tháng Năm"',
        'msgid "%(n)s plan"\nmsgid_plural "%(n)s plans"\nmsgstr[0] "%(n)s kế hoạch"',
        'msgid "Empty"\nmsgstr ""',
    )
    assert translating.compile_stale(project, NAMES) == ["plans"]
    assert translating.compile_stale(project, NAMES) == []
    compiled = translating.path_of(project, "plans").with_suffix(".mo")
    with compiled.open("rb") as file:
        said = gettext.GNUTranslations(file)
    assert said.gettext("Plan") == "Kế hoạch"
    assert said.pgettext("calendar", "May") == "Tháng Năm"
    assert said.ngettext("%(n)s plan", "%(n)s plans", 1) == "%(n)s kế hoạch"
    assert said.gettext("Empty") == "Empty"
    later = compiled.stat().st_mtime_ns + 1
    os.utime(translating.path_of(project, "plans"), ns=(later, later))
    assert translating.compile_stale(project, NAMES) == ["plans"]
    assert sorted(path.name for path in compiled.parent.iterdir()) == ["django.mo", "django.po"]


def complete(project):
    say(project, "plans/models.py", '_("%(n)s of {total}")\n_("Name")')
    say(project, "areas/models.py", '_("Name")')
    translate(project, "areas", 'msgid "Name"\nmsgstr "Tên"')
    return ['msgid "Name"\nmsgstr "Tên"', 'msgid "%(n)s of {total}"\nmsgstr "%(n)s trên {total}"']


def test_complete_catalogues_pass(project):
    translate(project, "plans", *complete(project))
    assert translating.check(project, NAMES) == []


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ('msgid "Name"\nmsgstr ""', ["plans: untranslated: “Name”"]),
        ('#, fuzzy\nmsgid "Name"\nmsgstr "Tên"', ["plans: fuzzy: “Name”"]),
        ('msgid "Name"\nmsgstr "Te\u0302n"', None),
        (
            'msgid "Name"\nmsgstr "Tên gọi"',
            ["said in more than one way: “Name”: areas “Tên”, plans “Tên gọi”"],
        ),
        (
            "",
            ["plans: not in the catalogue, run “translations update plans”: “Name”"],
        ),
        (
            'msgid "Name"\nmsgstr "Tên"\n\nmsgid "Gone"\nmsgstr "Đã bỏ"',
            ["plans: no source says it any more, run “translations update plans”: “Gone”"],
        ),
    ],
)
def test_each_fault_is_named(project, changed, faults):
    _, other = complete(project)
    translate(project, "plans", changed, other)
    found = translating.check(project, NAMES)
    if faults is None:
        assert found[0] == "plans: not composed (NFC): “Name”"
    else:
        assert found == faults


@pytest.mark.parametrize(
    "string", ["%(m)s trên {total}", "%(n)s trên tổng", "trên {total}", "%(n)s {total} %s"]
)
def test_placeholders_must_be_the_same(project, string):
    name, _ = complete(project)
    translate(project, "plans", name, f'msgid "%(n)s of {{total}}"\nmsgstr "{string}"')
    assert translating.check(project, NAMES) == ["plans: its placeholders differ: “%(n)s of {total}”"]


def test_a_catalogue_with_the_marks_of_a_merge_is_named(project):
    complete(project)
    translate(project, "plans", "<<<<<<< HEAD", 'msgid "Name"\nmsgstr "Tên"')
    with pytest.raises(translating.TranslationError, match=r"plans/.*django\.po cannot be read"):
        translating.check(project, NAMES)


def test_the_command_does_each_act_and_fails_on_a_fault(project, settings, capsys):
    settings.BASE_DIR = project
    settings.LOCALE_PATHS = [project / "locale" / name for name in NAMES]
    say(project, "plans/models.py", '_("Plan")')
    call_command("translations", "update", "plans")
    assert capsys.readouterr().out == "plans: 1 without a translation\n  'Plan'\n"
    with pytest.raises(CommandError, match="plans: untranslated: “Plan”\n1 faults in the translations"):
        call_command("translations", "check")
    translate(project, "plans", 'msgid "Plan"\nmsgstr "Kế hoạch"')
    call_command("translations", "check")
    call_command("translations", "compile")
    assert capsys.readouterr().out == "the translations are complete\ncompiled: plans\n"
    with pytest.raises(CommandError, match="No such catalogue: nowhere"):
        call_command("translations", "update", "nowhere")


@pytest.fixture
def heard_again():
    """The portal's own catalogues are read anew for the tests after this one."""
    yield
    translation_file_changed(None, Path("django.mo"))


def test_a_new_checkout_speaks_vietnamese_as_soon_as_its_words_are_compiled(project, settings, heard_again):
    settings.BASE_DIR = project
    settings.LOCALE_PATHS = [project / "locale" / "plans"]
    translate(project, "plans", 'msgid "A new word"\nmsgstr "Từ mới"')
    translation_file_changed(None, Path("django.mo"))
    assert translation.gettext("A new word") == "A new word", "read before it is there"
    call_command("translations", "compile")
    assert translation.gettext("A new word") == "Từ mới"


def test_the_reader_is_addressed_in_one_way():
    """As officials write: “ông/bà”, or nobody at all; error pages speak without a catalogue."""
    other = re.compile(r"\b(bạn|anh/chị|anh chị|quý vị)\b", re.IGNORECASE)
    said = [
        *settings.BASE_DIR.glob("locale/*/vi/LC_MESSAGES/*.po"),
        *settings.BASE_DIR.glob("templates/*.html"),
    ]
    assert len(said) > 10
    found = [
        f"{path.name}: {line}"
        for path in said
        for line in path.read_text(encoding="utf-8").splitlines()
        if other.search(line) and not line.startswith("msgid")
    ]
    assert found == []
