"""`make test` runs every test once, and fails when any part of them fails."""

from __future__ import annotations

import pytest

from ocop_portal.runner import cli, testing


@pytest.fixture
def ends(monkeypatch):
    """The codes that pytest ends with, one after another; gives what it was asked for."""
    asked: list[list[str]] = []

    def arrange(*codes: int) -> list[list[str]]:
        left = list(codes)

        def foreground(command, env):
            asked.append(command[command.index("pytest") + 1 :])
            return left.pop(0)

        monkeypatch.setattr(testing, "foreground", foreground)
        return asked

    return arrange


def marked(words: list[str]) -> str:
    return words[words.index("-m") + 1]


@pytest.mark.parametrize(
    ("codes", "expected"), [((0, 0), 0), ((1, 0), 1), ((0, 1), 1), ((1, 2), 1), ((0, 5), 5)]
)
def test_both_parts_run_and_one_that_fails_is_the_end_of_all(ends, capsys, codes, expected):
    asked = ends(*codes)
    assert testing.all_of_them({}) == expected
    assert [marked(words) for words in asked] == ["not system", "system"]
    told = capsys.readouterr().out.splitlines()
    assert ["passed" in line for line in told] == [code == 0 for code in codes]
    assert ["FAILED" in line for line in told] == [code != 0 for code in codes]


@pytest.mark.parametrize(("processors", "most"), [(1, None), (2, "2"), (64, "8")])
def test_there_are_as_many_processes_as_processors(ends, monkeypatch, processors, most):
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: set(range(processors)))
    asked = ends(0, 0)
    testing.all_of_them({})
    assert [word for words in asked for word in words if "numprocesses" in word] == (
        [f"--numprocesses={most}"] if most else []
    )
    assert not [word for word in asked[1] if "numprocesses" in word or "dist" in word]


@pytest.mark.parametrize("words", [["-k", "board"], ["tests/plans", "-x"]])
def test_named_tests_are_one_plain_run_with_the_arguments(ends, monkeypatch, words):
    monkeypatch.setattr(cli, "stop_politely", lambda: None)
    asked = ends(3)
    assert cli.main(["test", "--", *words]) == 3
    assert asked == [words]
