"""SWE-bench: a run's report, with its lists of instance ids, in the forms of three years.

| list                                        | ours                                       |
|---------------------------------------------|--------------------------------------------|
| `resolved_ids`, `unresolved_ids`            | correct, wrong                             |
| `empty_patch_ids`                           | abstained: the model handed nothing in     |
| `infra_failure_ids`, `ambiguous_failure_ids`| error: not the model's fault, or unclear   |
| other `error_ids`                           | wrong: the patch does not apply (*)        |
| `incomplete_ids`, submitted but in no list  | missing, as far as `total_instances` goes  |

(*) Where the report tells infrastructure apart (schema 2); else it may be either, and is an error.
The public leaderboard's `results.json` and the reports of 2024 have `resolved`, `applied`,
`no_apply` and `no_generation`. The report's own rate is resolved over all instances of the run.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from candor_client.importers.reading.assemble import Draft, assemble
from candor_client.importers.reading.keys import item_key, label
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import finite
from candor_client.record import Imported, Parity, Row, Status, Verdict
from candor_client.wording import counted

LOOKS_FOR: Final = "a SWE-bench run report (JSON with resolved_ids, or resolved and no_generation)"
_Listed = tuple[str, Verdict | None, Status, str | None]
_JUDGED: Final[tuple[_Listed, ...]] = (
    ("resolved_ids", "correct", "ok", None),
    ("infra_failure_ids", None, "error", "infra_failure"),
    ("ambiguous_failure_ids", None, "error", "ambiguous_failure"),
    ("empty_patch_ids", "abstained", "ok", "no_response"),
    ("error_ids", None, "error", "error"),
    ("unresolved_ids", "wrong", "ok", None),
    ("incomplete_ids", None, "missing", "missing"),
    ("submitted_ids", None, "missing", "missing"),
)
_EARLIER: Final[tuple[_Listed, ...]] = (
    ("resolved", "correct", "ok", None),
    ("no_generation", "abstained", "ok", "no_response"),
    ("install_fail", None, "error", "infra_failure"),
    ("reset_failed", None, "error", "infra_failure"),
    ("no_apply", "wrong", "ok", None),
    ("test_errored", "wrong", "ok", None),
    ("test_timeout", "wrong", "ok", None),
    ("applied", "wrong", "ok", None),
    ("with_logs", "wrong", "ok", None),
    ("generated", None, "error", "no_logs"),
    ("no_logs", None, "error", "no_logs"),
)
"""The lists of the leaderboard and of reports before 2024, the most telling first."""

_TELLS_INFRASTRUCTURE: Final = "infra_failure_ids"
_FOLDERS: Final = frozenset({"results", "evaluation_results", "logs"})


def claims(probe: Probe) -> bool:
    """Whether it has a run report's lists."""
    members = probe.members
    if isinstance(members.get("resolved_ids"), list):
        return "unresolved_ids" in members or "completed_ids" in members
    beside = {"no_generation", "applied", "no_apply", "generated"} & set(members)
    return isinstance(members.get("resolved"), list) and bool(beside)


def read(probe: Probe, options: Options) -> list[Imported]:
    """The report's one model."""
    report = probe.members
    if "resolved_ids" not in report:
        return [assemble(_earlier(probe), options)]
    warnings: list[str] = []
    rows = _within(list(_rows(report, _JUDGED)), report, warnings)
    model, _, run_id = probe.path.stem.rpartition(".")
    total = finite(report.get("total_instances"))
    resolved = sum(row.verdict == "correct" for row in rows)
    reported = finite(report.get("resolved_instances"))
    parity = None
    if total and reported is not None:
        parity = Parity("resolved rate", reported / total, resolved / total)
    errors = sum(row.status == "error" for row in rows)
    if errors and _TELLS_INFRASTRUCTURE not in report:
        warnings.append(
            f"{counted(errors, 'instance')} in error, and the report does not tell broken patches "
            "from failed machines. The tool counts them as not resolved; so does --failures wrong."
        )
    draft = Draft(
        format="swe-bench",
        source=probe.path,
        benchmark="swe-bench",
        model=(model or probe.path.stem).replace("__", "/"),
        rows=rows,
        external_id=f"{run_id} {model}" if model else None,
        run={
            "harness": "swebench",
            "schema_version": report.get("schema_version"),
            "run_id": run_id if model else None,
            "total_instances": report.get("total_instances"),
        },
        parity=parity,
        warnings=warnings,
        graded="elsewhere",
    )
    return [assemble(draft, options)]


def _earlier(probe: Probe) -> Draft:
    """A leaderboard's results, or a report of 2024; its folder names the model."""
    rows = list(_rows(probe.members, _EARLIER))
    folder = probe.path.parent
    folder = folder.parent if folder.name in _FOLDERS else folder
    says_nothing = probe.path.stem in {"results", "report", "final_report"}
    return Draft(
        format="swe-bench",
        source=probe.path,
        benchmark="swe-bench",
        model=folder.name if says_nothing and folder.name else probe.path.stem,
        rows=rows,
        run={"harness": "swebench"},
        graded="elsewhere",
    )


def _within(rows: list[Row], report: Mapping[str, Any], warnings: list[str]) -> list[Row]:
    """The rows of the run: `submitted_ids` may hold predictions for instances that were not run,
    and `total_instances` is what was."""
    total = finite(report.get("total_instances"))
    if total is None:
        return rows
    if total > len(rows):
        warnings.append(f"The report leaves {counted(int(total) - len(rows), 'instance')} unnamed.")
    if total >= len(rows):
        return rows
    incomplete = {item_key(one) for one in report.get("incomplete_ids") or ()}
    kept = [row for row in rows if row.status != "missing" or row.item in incomplete]
    outside = counted(len(rows) - len(kept), "prediction")
    warnings.append(f"{outside} of instances that were not run: left out.")
    return kept


def _rows(report: Mapping[str, Any], lists: Sequence[_Listed]) -> Iterator[Row]:
    """Each instance once, under the first list that has it."""
    reasons = report.get("failure_reasons")
    told = reasons if isinstance(reasons, Mapping) else {}
    seen: set[str] = set()
    for name, verdict, status, reason in lists:
        if name == "error_ids" and _TELLS_INFRASTRUCTURE in report:
            # What is left is the model's own doing: a patch that does not apply.
            verdict, status, reason = "wrong", "ok", None  # noqa: PLW2901
        for instance in report.get(name) or ():
            if instance in seen:
                continue
            seen.add(instance)
            yield Row(
                item=item_key(instance),
                abstained=verdict == "abstained",
                verdict=verdict,
                status=status,
                status_reason=label(told.get(instance)) or reason if status == "error" else reason,
                category=_repository(str(instance)),
            )


def _repository(instance: str) -> str | None:
    """`django__django-11001` is of django/django."""
    owner, found, rest = instance.partition("__")
    return f"{owner}/{rest.rpartition('-')[0]}" if found and "-" in rest else None
