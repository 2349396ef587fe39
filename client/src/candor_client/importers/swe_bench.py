"""SWE-bench: a run's report, `<model>.<run id>.json`, with its lists of instance ids.

| list                                        | ours                                       |
|---------------------------------------------|--------------------------------------------|
| `resolved_ids`, `unresolved_ids`            | correct, wrong                             |
| `empty_patch_ids`                           | abstained: the model handed nothing in     |
| `infra_failure_ids`, `ambiguous_failure_ids`| error: not the model's fault, or unclear   |
| other `error_ids`                           | error                                      |
| `incomplete_ids`, submitted but in no list  | missing                                    |

The report's own rate is resolved over all instances of the data set.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from candor_client.importers.reading.assemble import Draft, assemble
from candor_client.importers.reading.keys import item_key, label
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import finite
from candor_client.record import Imported, Parity, Row, Status, Verdict
from candor_client.wording import counted

LOOKS_FOR: Final = "a SWE-bench run report (JSON with resolved_ids and unresolved_ids)"
_JUDGED: Final[tuple[tuple[str, Verdict | None, Status, str | None], ...]] = (
    ("resolved_ids", "correct", "ok", None),
    ("infra_failure_ids", None, "error", "infra_failure"),
    ("ambiguous_failure_ids", None, "error", "ambiguous_failure"),
    ("empty_patch_ids", "abstained", "ok", "no_response"),
    ("error_ids", None, "error", "error"),
    ("unresolved_ids", "wrong", "ok", None),
    ("incomplete_ids", None, "missing", "missing"),
    ("submitted_ids", None, "missing", "missing"),
)


def claims(probe: Probe) -> bool:
    """Whether it has a run report's lists."""
    members = probe.members
    return isinstance(members.get("resolved_ids"), list) and (
        "unresolved_ids" in members or "completed_ids" in members
    )


def read(probe: Probe, options: Options) -> list[Imported]:
    """The report's one model."""
    report = probe.members
    rows = list(_rows(report))
    model, _, run_id = probe.path.stem.rpartition(".")
    warnings = []
    total = finite(report.get("total_instances"))
    resolved = sum(row.verdict == "correct" for row in rows)
    if total is not None and total > len(rows):
        warnings.append(f"The report leaves {counted(int(total) - len(rows), 'instance')} unnamed.")
    reported = finite(report.get("resolved_instances"))
    parity = None
    if total and reported is not None:
        parity = Parity("resolved rate", reported / total, resolved / total)
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


def _rows(report: Mapping[str, Any]) -> Iterator[Row]:
    """Each instance once, under the first list that has it."""
    reasons = report.get("failure_reasons")
    told = reasons if isinstance(reasons, Mapping) else {}
    seen: set[str] = set()
    for name, verdict, status, reason in _JUDGED:
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
