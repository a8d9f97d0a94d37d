"""The runner's verbs."""

import argparse
import sys
from collections.abc import Sequence

from . import portal, testing
from .commands import Stopped, foreground, stop_politely
from .environment import servers
from .problems import Problem
from .sharing import KINDS, keep


def main(arguments: Sequence[str]) -> int:
    """Obey one verb; gives the exit code. What cannot work is said in one line on stderr."""
    options = _parser().parse_args(arguments)
    try:
        if options.verb == "keep":
            keep(options.kind)
            return 0
        stop_politely()
        return int(options.act(options))
    except Stopped as stopped:
        return stopped.code
    except (Problem, OSError) as problem:
        print(f"runner: {problem}", file=sys.stderr)
        return 1


def _exec(options: argparse.Namespace) -> int:
    command = _without_dashes(options.command)
    if not command:
        raise Problem("exec needs a command: python -m ocop_portal.runner exec -- CMD…")
    with servers() as env:
        return foreground(command, env)


def _test(options: argparse.Namespace) -> int:
    arguments = _without_dashes(options.arguments)
    with servers() as env:
        return testing.some(arguments, env) if arguments else testing.all_of_them(env)


def _without_dashes(words: list[str]) -> list[str]:
    """What stands behind ``--``, which keeps options of the command from being taken for the runner's."""
    return words[1:] if words[:1] == ["--"] else words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ocop_portal.runner",
        description="Starts PostgreSQL and Redis of this checkout (each unless DATABASE_URL / REDIS_URL "
        "names another one) and does what the verb says.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    execute = verbs.add_parser("exec", help="run CMD with DATABASE_URL and REDIS_URL set; servers are shared")
    execute.add_argument("command", nargs=argparse.REMAINDER, metavar="-- CMD…")
    execute.set_defaults(act=_exec)
    tests = verbs.add_parser("test", help="run pytest with these arguments, or all tests")
    tests.add_argument("arguments", nargs=argparse.REMAINDER, metavar="-- …")
    tests.set_defaults(act=_test)
    runs = verbs.add_parser("run", help="serve the portal, its 2023 report compiled; Ctrl-C stops everything")
    runs.add_argument("--port", default="8000")
    runs.set_defaults(act=lambda options: portal.run(options.port, options.stage))
    reports = verbs.add_parser("report", help="compile the 2023 report; its path is the last line on stdout")
    reports.set_defaults(act=lambda options: portal.report(options.stage))
    for each in (runs, reports):
        each.add_argument("--stage", default="2023", help="the year that the demonstration stands in")
    keeper = verbs.add_parser("keep", help="own one server until nobody uses it (started by the other verbs)")
    keeper.add_argument("kind", choices=sorted(KINDS))
    return parser
