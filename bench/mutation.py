"""Would the tests notice? Seeded mutants of the core, each run against the tests that know it.

    python -m bench.mutation --mutants 300 --seed 1 --into mutants.jsonl

First every test must pass without a mutant, and is watched: which functions it calls, how long it
takes. A mutant then meets the tests that call its function, quickest first, then the quick ones
of the files that reach its module. It is killed if one fails. Results are written as they come,
and a run that was stopped goes on where it was; `--part 1/2` and `--part 2/2` share a sample out.
Survivors are printed at the end, with 1 where fewer than 90 % were killed.
"""

import argparse
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from types import FrameType
from typing import Final

import pytest
from hypothesis import Phase, settings

from bench.mutants import ROOT, Mutant, Mutated, sampled

SECONDS: Final = 120
"""A mutant that runs so long loops for ever."""

QUICK: Final = 1.0
"""Seconds of a test that is worth running for a module whose function it does not call."""

BUDGET: Final = 5.0
"""Seconds of tests, as they were watched, that a mutant meets at most; never fewer than one."""

FOLDERS: Final = ("tests/scoring", "tests/grading")
LEFT_OUT: Final = {"test_real_data.py", "test_golden_index.py", "test_gate_simulation.py"}
"""Minutes of data and simulation, which would find what the rest finds."""

KILLED: Final = (1, 2, 3)
"""pytest's ends for a failing test, a module that cannot be imported, an error inside."""


@dataclass(slots=True)
class Watched:
    """What a test did without a mutant: `calls` are `path:function`."""

    calls: set[str] = field(default_factory=set)
    seconds: float = 0.0


class _Watch:
    """A pytest plugin that writes down what every test calls."""

    def __init__(self, into: Path) -> None:
        self.into = into
        self.tests: dict[str, Watched] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        watched = self.tests[item.nodeid] = Watched()
        start = time.monotonic()

        def called(frame: FrameType, event: str, _: object) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename.startswith(_CORE):
                path = os.path.relpath(code.co_filename, ROOT)
                watched.calls.add(f"{path}:{code.co_qualname.split('.<locals>')[0]}")

        sys.setprofile(called)
        try:
            return (yield)
        finally:
            sys.setprofile(None)
            watched.seconds = time.monotonic() - start

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus == 0:
            calls = {name: [sorted(t.calls), t.seconds] for name, t in self.tests.items()}
            self.into.write_text(json.dumps(calls), encoding="utf-8")


_CORE: Final = str(ROOT / "app")


class _Chosen:
    """A pytest plugin that runs these tests in this order."""

    def __init__(self, tests: list[str]) -> None:
        self.order = {name: index for index, name in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self.order]
        items[:] = sorted(chosen, key=lambda item: self.order[item.nodeid])


def tests_for(mutant: Mutant, tests: dict[str, Watched]) -> list[str]:
    """The tests that call the mutant's function, then the quick ones of files that reach its
    module; each quickest first."""
    function = f"{mutant.path}:{mutant.function}"
    callers = {name for name, test in tests.items() if function in test.calls}
    module = f"{mutant.path}:"
    files = {
        _file(name)
        for name, test in tests.items()
        if any(call.startswith(module) for call in test.calls)
    } | _importers(mutant.path)
    near = {
        name
        for name, test in tests.items()
        if test.seconds < QUICK and (_file(name) in files or not files)
    }
    by_time = sorted(tests, key=lambda name: tests[name].seconds)
    ordered = [name for name in by_time if name in callers]
    ordered += [name for name in by_time if name in near - callers]
    spent = list(accumulate(tests[name].seconds for name in ordered))
    return [name for name, total in zip(ordered, spent, strict=True) if total < BUDGET] or ordered[
        :1
    ]


def _file(test: str) -> str:
    return test.partition("::")[0]


def _importers(path: str) -> set[str]:
    """Test files that import a module by name, for what runs when it is imported."""
    module = path.removesuffix(".py").replace("/", ".")
    package, _, leaf = module.rpartition(".")
    wanted = (f"from {module} import", f"from {package} import {leaf}")
    return {
        str(test.relative_to(ROOT))
        for folder in FOLDERS
        for test in (ROOT / folder).glob("test_*.py")
        if any(statement in test.read_text(encoding="utf-8") for statement in wanted)
    }


def is_killed(mutant: Mutant, tests: dict[str, Watched]) -> bool:
    """Whether a test fails, or runs for ever, with the mutant in the place of its module."""
    chosen = tests_for(mutant, tests)
    end = _run(sorted({_file(name) for name in chosen}), _Chosen(chosen), mutant)
    if end not in (0, -signal.SIGALRM, *KILLED):
        raise RuntimeError(f"{mutant.name}: pytest ended with {end}")
    return end != 0


def _run(files: list[str], plugin: object, mutant: Mutant | None) -> int:
    """Runs tests in a child that starts with the libraries loaded; how pytest ended."""
    child = os.fork()
    if child == 0:
        if mutant is not None:
            signal.alarm(SECONDS)
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            sys.meta_path.insert(0, Mutated(mutant))
        # Without tests/conftest.py, which would load the whole service and its databases.
        near = [f"--confcutdir={FOLDERS[0]}", "-p", "tests.reference"]
        quiet = ["-x", "-q", "-p", "no:cacheprovider", "--tb=short", "-o", "addopts="]
        os._exit(int(pytest.main([*near, *quiet, *files], plugins=[plugin])))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _watched(into: Path) -> dict[str, Watched] | None:
    """What every test does without a mutant, from an earlier run where there is one; None where
    one fails, for that would kill them all."""
    files = [
        str(test.relative_to(ROOT))
        for folder in FOLDERS
        for test in sorted((ROOT / folder).glob("test_*.py"))
        if test.name not in LEFT_OUT
    ]
    if not into.exists() and _run(files, _Watch(into), None) != 0:
        return None
    watched = json.loads(into.read_text(encoding="utf-8"))
    return {name: Watched(set(calls), seconds) for name, (calls, seconds) in watched.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the sample; 1 where fewer than 90 % are killed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", type=Path, required=True, help="results, a JSON line a mutant")
    parser.add_argument("--part", default="1/1", help="k/n: every n-th mutant from the k-th")
    asked = parser.parse_args(arguments)
    _warm()
    part, parts = (int(text) for text in asked.part.split("/"))
    chosen = sampled(asked.mutants, asked.seed)[part - 1 :: parts]
    tests = _watched(asked.into.with_suffix(".tests.json"))
    if tests is None:
        print("the tests fail as they are: mend them first")
        return 2
    done = _done(asked.into)
    for mutant in chosen:
        if mutant.name in done:
            continue
        start = time.monotonic()
        result = {"name": mutant.name, "line": mutant.line, "change": mutant.change}
        result["killed"] = is_killed(mutant, tests)
        result["seconds"] = round(time.monotonic() - start, 1)
        with asked.into.open("a", encoding="utf-8") as out:
            out.write(json.dumps(result) + "\n")
    return _report(chosen, _done(asked.into))


def _warm() -> None:
    """Loads what every child needs and no mutant is of; settles how properties are tried."""
    os.environ.setdefault("CANDOR_EXAMPLES", "25")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("numpy", "scipy.stats", "scipy.sparse", "scipy.special"):
        importlib.import_module(name)
    # The same examples for every mutant; a failure is enough, it need not be a small one.
    settings.register_profile(
        "mutants",
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        max_examples=int(os.environ["CANDOR_EXAMPLES"]),
    )
    settings.load_profile("mutants")


def _done(path: Path) -> dict[str, dict[str, object]]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {result["name"]: result for result in map(json.loads, lines)}


def _report(chosen: list[Mutant], done: dict[str, dict[str, object]]) -> int:
    results = [done[mutant.name] for mutant in chosen if mutant.name in done]
    killed = sum(bool(result["killed"]) for result in results)
    for result in results:
        if not result["killed"]:
            print(f"survived: {result['name']} line {result['line']}: {result['change']}")
    print(f"{killed} of {len(results)} killed, {100 * killed / max(len(results), 1):.1f} %")
    return int(killed < 0.9 * len(results))


if __name__ == "__main__":
    sys.exit(main())
