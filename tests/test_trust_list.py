"""docs/trust.md names a test for each attack and fault; every test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| (?P<fault>.+?) \| (?P<must>.+?) \| (?P<proof>.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
Rows = dict[str, list[tuple[str, str]]]


def rows() -> Rows:
    """By attack or fault, the file and name of each test that proves what must happen."""
    page = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    lines = [row for row in ROW.finditer(page) if row["proof"] != "proved by"]
    return {row["fault"]: NAMED.findall(row["proof"]) for row in lines}


def names_in(source: str) -> set[str]:
    """The tests that pytest collects from a file: functions of the module, methods of its classes."""
    module = ast.parse(source).body
    classes = [node for node in module if isinstance(node, ast.ClassDef) and node.name.startswith("Test")]
    bodies = [module, *(each.body for each in classes)]
    found = [node for body in bodies for node in body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in found if node.name.startswith("test_")}


def gone(named: list[tuple[str, str]]) -> list[str]:
    """Those of the named tests that no file holds."""
    missing = []
    for path, name in named:
        file = ROOT / path
        if not file.is_file() or name not in names_in(file.read_text(encoding="utf-8")):
            missing.append(f"{path}::{name}")
    return missing


@pytest.mark.parametrize("fault", list(rows()))
def test_each_attack_and_fault_is_proved_by_tests_that_are_there(fault: str):
    assert rows()[fault]
    assert gone(rows()[fault]) == []


def test_every_row_of_the_page_is_read():
    """A row that the pattern misses would be proved by nothing and nobody would notice."""
    lines = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if line.startswith("|") and not line.startswith("|---")]
    heads = [line for line in written if line.endswith("| proved by |")]
    assert len(rows()) == len(written) - len(heads) >= 10
    assert sum(line.count("::test_") for line in written) == sum(map(len, rows().values()))


def test_a_test_that_is_gone_is_noticed():
    (known, *_rest) = next(iter(rows().values()))
    assert gone([known, (known[0], "test_nobody_wrote"), ("tests/test_no_file.py", known[1])]) == [
        f"{known[0]}::test_nobody_wrote",
        f"tests/test_no_file.py::{known[1]}",
    ]
    assert (
        names_in("def helper():\n    def test_inside(): ...\nclass A:\n    def test_no(self): ...") == set()
    )
