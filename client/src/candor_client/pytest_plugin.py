"""The pytest plugin: tests record attempts at items, and the session's end delivers them.

    def test_capital_of_peru(candor):
        candor.record(item="peru", verdict="correct", confidence=0.9)

Rows go to the board of `--candor-benchmark` for `--candor-model`, to a file with `--candor-out`, or
to both. They travel in the reports of the tests, so under pytest-xdist they reach the controller
even from a worker that crashes later. The run's own outcome and exit status stay what they are,
whatever the board says: rows that it did not take are kept in a file, and the summary prints the
one line that sends them.
"""

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest

from candor_client.wording import counted

_ROWS: Final = pytest.StashKey[list[dict[str, Any]]]()
_VERDICTS: Final = ("correct", "wrong", "partial", "abstained", "ungraded")


class Recorder:
    """Takes down attempts of one test."""

    def __init__(self, rows: list[dict[str, Any]], test: str) -> None:
        self._rows, self._test = rows, test

    def record(
        self,
        *,
        item: str | None = None,
        sample: int = 1,
        answer: str | None = None,
        verdict: str | None = None,
        credit: float | None = None,
        abstained: bool | None = None,
        confidence: float | None = None,
    ) -> None:
        """One attempt at one item; the item is the test's own name where none is given.

        Raises ValueError for a row that says nothing or an unknown verdict, in the test that does.
        """
        if verdict is not None and verdict not in _VERDICTS:
            raise ValueError(f"verdict is one of {', '.join(_VERDICTS)}")
        if verdict is None and abstained is None and answer is None:
            raise ValueError("record(...) needs an answer, a verdict or abstained=True")
        if confidence is not None and not 0 <= confidence <= 1:
            raise ValueError(f"confidence is {confidence}; it is from 0 to 1")
        row = {
            "item": item or self._test,
            "sample": sample if sample != 1 else None,
            "answer": answer,
            "verdict": verdict,
            "credit": credit,
            "abstained": abstained,
            "confidence": confidence,
        }
        self._rows.append({name: value for name, value in row.items() if value is not None})


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, each with an environment variable beside it."""
    group = parser.getgroup("candor", "abstention-aware boards (Candor)")
    for name, says in (
        ("benchmark", "push recorded attempts to this benchmark at the end of the session"),
        ("model", "the model's name on the board"),
        ("out", "write recorded attempts to this JSONL file"),
    ):
        variable = f"CANDOR_{name.upper()}"
        group.addoption(
            f"--candor-{name}",
            dest=f"candor_{name}",
            default=os.environ.get(variable),
            help=f"{says} ({variable})",
        )
    for name, says in (
        ("publish", "make the benchmark from the recorded items where there is none yet"),
        ("private", "with --candor-publish: only your own keys see that benchmark"),
    ):
        variable = f"CANDOR_{name.upper()}"
        group.addoption(
            f"--candor-{name}",
            dest=f"candor_{name}",
            action="store_true",
            default=os.environ.get(variable, "").lower() in {"1", "true", "yes"},
            help=f"{says} ({variable}=1)",
        )


def pytest_configure(config: pytest.Config) -> None:
    """Collects in the process that reports: the only one, or the controller of pytest-xdist."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Collector(config), "candor_collector")


@pytest.fixture
def candor(request: pytest.FixtureRequest) -> Recorder:
    """Records attempts of a model at items: `candor.record(item=…, verdict=…, confidence=…)`."""
    return Recorder(request.node.stash.setdefault(_ROWS, []), request.node.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Puts what a test recorded into its last report, the one that is always sent."""
    report = yield
    rows = item.stash.get(_ROWS, [])
    if rows and report.when == "teardown":
        # A report carries what is put into it, over xdist's wire too.
        report.candor_rows = list(rows)  # type: ignore[attr-defined]
        rows.clear()
    return report


class _Collector:
    """Gathers rows from reports, delivers them when the session ends, says what became of them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._rows: list[dict[str, Any]] = []
        self._lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes the rows out of a report."""
        self._rows += getattr(report, "candor_rows", [])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Delivers; never the run's own outcome: a board that is away is no failed test."""
        if not self._rows:
            return
        cut_short = exitstatus > 1 or bool(session.shouldstop or session.shouldfail)
        try:
            self._lines = _delivered(self._config, self._rows, whole=not cut_short)
        except Exception as error:
            # Whatever it is, a plugin that reports must not change what it reports on.
            self._lines = [f"not delivered: {type(error).__name__}: {error}"]
            self._lines += [json.dumps(row, default=str) for row in self._rows]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What became of the rows."""
        if self._lines:
            terminalreporter.section("candor")
            for line in self._lines:
                terminalreporter.write_line(line)


def _delivered(config: pytest.Config, rows: list[dict[str, Any]], *, whole: bool) -> list[str]:
    """What became of the rows, in lines. `whole`: the session was not cut short."""
    from candor_client.pushing.pytest_delivery import Recorded, deliver  # noqa: PLC0415  most sessions record nothing

    rows = _numbered(rows)
    lines = [f"{counted(len(rows), 'attempt')} recorded"]
    out, benchmark = config.getoption("candor_out"), config.getoption("candor_benchmark")
    kept = None
    if out:
        try:
            lines.append(_written(Path(out), rows))
            kept = Path(out)
        except OSError as error:
            lines.append(f"not written to {out}: {error.strerror or error}")
    if out and not benchmark and kept:
        return lines
    recorded = Recorded(
        benchmark=benchmark,
        model=config.getoption("candor_model"),
        rows=rows,
        kept=kept,
        publish=config.getoption("candor_publish"),
        private=config.getoption("candor_private"),
        whole=whole,
        harness=f"pytest {pytest.__version__}",
    )
    return [*lines, *deliver(recorded)]


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Repeats of an item (a test run again) become further samples, in the order of the items."""
    seen: dict[tuple[str, int], int] = {}
    taken = {(row["item"], row.get("sample", 1)) for row in rows}
    numbered = []
    for row in sorted(rows, key=lambda row: (row["item"], row.get("sample", 1))):
        key = (row["item"], row.get("sample", 1))
        seen[key] = seen.get(key, 0) + 1
        sample = key[1]
        if seen[key] > 1:
            while (key[0], sample) in taken:
                sample += 1
            taken.add((key[0], sample))
        numbered.append(row | ({"sample": sample} if sample != 1 else {}))
    return numbered


def _written(path: Path, rows: list[dict[str, Any]]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8", errors="backslashreplace")
    return f"written to {path}"
