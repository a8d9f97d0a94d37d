"""Scoring, and the advice to the next star, on the real criteria sets, in one process.

For each set, in processor time: the score of a full sheet, of a council of nine, and the advice for an empty
sheet on its way to five stars, the longest way there is. The slowest set is shown; advice over ``ALLOWED_MS``
is too slow. ``BENCH_TURNS`` sets the turns (10).
"""

import os
from collections.abc import Callable, Iterable
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from benchmarks import Figure

if TYPE_CHECKING:
    from ratings.scoring import Rules

TURNS = int(os.environ.get("BENCH_TURNS", "10"))
ALLOWED_MS = 5.0
MEMBERS = 9


def figures() -> Iterable[Figure]:
    """Measure every set; show the slowest of each kind."""
    rules = _rules()
    from ratings import scoring

    def one_sheet(one: "Rules") -> object:
        return scoring.score(one, [full[one.code]], case=_case(one))

    def council(one: "Rules") -> object:
        return scoring.score(one, [full[one.code]] * MEMBERS, case=_case(one))

    def advice(one: "Rules") -> object:
        return scoring.to_next_star(one, {}, case=_case(one), target=max(one.bands))

    full = {one.code: _best(one) for one in rules}
    for name, act in (("score of one sheet", one_sheet), (f"score of {MEMBERS} sheets", council)):
        _middle, words = _slowest(act, rules)
        yield Figure(f"{name}, slowest of {len(rules)} sets", words)
    middle, words = _slowest(advice, rules)
    yield Figure(f"advice from nothing to 5★, slowest of {len(rules)} sets", words, ALLOWED_MS / middle, 1.0)


def _case(rules: "Rules") -> int | None:
    return rules.cases[0] if rules.cases else None


def _best(rules: "Rules") -> dict[str, int]:
    offered = {c.code: c.offered(_case(rules)) for c in rules.criteria}
    return {code: max(options, key=lambda o: o.points).position for code, options in offered.items()}


def _slowest(act: "Callable[[Rules], object]", rules: "list[Rules]") -> tuple[float, str]:
    """Milliseconds of processor time of the slowest set, and the same in words."""
    middle, code = max((_milliseconds(act, one), one.code) for one in rules)
    return middle, f"median {middle:.2f} ms ({code})"


def _rules() -> list["Rules"]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_portal.settings")
    import django

    django.setup()
    import yaml

    from ratings import loading
    from ratings.criteria.files import rules_from

    known = yaml.safe_load((loading.DATA / "regulations.yaml").read_bytes())["regulations"]
    regulations = {regulation["code"]: regulation for regulation in known}
    return [
        rules_from(entry, regulations[entry["regulation"]])
        for path in sorted((loading.DATA / "criteria").glob("*.yaml"))
        for entry in yaml.safe_load(path.read_bytes())["sets"]
    ]


def _milliseconds(act: "Callable[[Rules], object]", rules: "Rules") -> float:
    times = []
    for _ in range(TURNS):
        begun = process_time()
        act(rules)
        times.append((process_time() - begun) * 1000)
    return median(times)
