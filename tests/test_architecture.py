"""The house rules that a machine can keep: sizes, annotations, docstrings, and the layout itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["areas", "accounts", "enterprises", "products", "ratings", "plans", "reports", "public", "desk"]
TOP_LEVEL = {
    *APPS,
    *("ocop_portal", "templates", "static", "tests", "docs", "deploy", "locale", "benchmarks"),
    *("manage.py", "README.md", "CHANGELOG.md", "requirements.txt", "requirements-dev.txt", "pytest.ini"),
    *("conftest.py", "Makefile", "pyproject.toml", ".ci", ".gitignore"),
}
UNSEEN = {".git", ".venv", "var", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__"}
UNSEEN |= {".import_linter_cache"}
LONGEST_FUNCTION, LONGEST_VIEW, LONGEST_FILE, LONGEST_TEMPLATE = 40, 25, 400, 150
CODE = sorted(
    path
    for folder in [*APPS, "ocop_portal", "benchmarks"]
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def length(node: ast.FunctionDef) -> int:
    """Lines of code of a function; its docstring explains and does not count."""
    doc = node.body[0]
    is_doc = (
        isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant) and isinstance(doc.value.value, str)
    )
    return node.end_lineno - node.lineno + 1 - (doc.end_lineno - doc.lineno + 1 if is_doc else 0)


def named(path: Path, node: ast.FunctionDef) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def test_no_function_is_longer_than_the_house_likes():
    assert [named(p, f) for p in CODE for f in functions(p) if length(f) > LONGEST_FUNCTION] == []


def test_views_are_glue():
    views = [p for p in CODE if p.name == "views.py" or "views" in p.parts]
    assert [named(p, f) for p in views for f in functions(p) if length(f) > LONGEST_VIEW] == []


def test_no_file_is_longer_than_the_house_likes():
    def lines(path: Path) -> int:
        return len(path.read_text(encoding="utf-8").splitlines())

    templates = sorted((ROOT / "templates").rglob("*.html"))
    assert [str(p.relative_to(ROOT)) for p in CODE if lines(p) > LONGEST_FILE] == []
    assert [str(p.relative_to(ROOT)) for p in templates if lines(p) > LONGEST_TEMPLATE] == []


def test_every_verb_and_measure_says_what_it_means():
    """Public functions outside views, forms, admin, urls and commands carry a docstring."""
    exempt = {"views", "forms", "admin", "urls", "apps", "commands", "migrations"}
    silent = [
        named(path, node)
        for path in CODE
        if not exempt & {*path.parts, path.stem} and not path.stem.startswith(("urls", "views"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_counting_happens_in_models_and_measures_only():
    allowed = {"models.py", "measures.py", "models"}
    counting = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in CODE
        if not allowed & {*path.parts, path.name} and "lib" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Count", "Sum", "Avg"}
    ]
    assert counting == []


def test_business_dates_come_from_the_one_clock():
    asking = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in CODE
        if path.name != "clock.py" and "runner" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "date.today()" in line or "datetime.now(" in line
    ]
    assert asking == []


def test_each_top_level_entry_earns_its_place():
    assert {path.name for path in ROOT.iterdir()} - UNSEEN - TOP_LEVEL == set()


@pytest.mark.parametrize("name", ["core", "common", "utils", "services", "helpers", "api"])
def test_no_folder_is_a_drawer_for_everything(name: str):
    assert [str(p.relative_to(ROOT)) for app in APPS for p in (ROOT / app).rglob(name) if p.is_dir()] == []
