"""lm-evaluation-harness (lm-eval): a `samples_<task>_<time>.jsonl` with its results file.

One row stands for one document under one filter, so one filter is read. Repeats live inside a row
and were judged together; `explode` makes each a sample of its own for the server to grade. An
abstention that the task does not report itself looks like any unreadable reply, and stays wrong.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from candor_client.importers.lm_eval.rows import item_keys, repeats, sample
from candor_client.importers.lm_eval.run import Run, run_of, samples_of
from candor_client.importers.reading.assemble import Draft, assemble, only_one
from candor_client.importers.reading.numbers import Stated, shares
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import finite, mean
from candor_client.record import Imported, ImportProblem, Parity, Row

LOOKS_FOR: Final = (
    "lm-eval samples (lines with doc_id, resps and filtered_resps) or the results beside them"
)
_METRICS: Final = (
    "acc",
    "exact_match",
    "acc_norm",
    "acc_mutual_info",
    "acc_bytes",
    "em",
    "pass@1",
    "contains",
    "prompt_level_strict_acc",
    "f1",
)


def claims(probe: Probe) -> bool:
    """Whether it is a file of samples, or a results file."""
    if probe.kind in {"lines", "document"} and _is_sample(probe.first):
        return True
    return {"results", "configs", "versions"} <= set(probe.members)


def rows_in(probe: Probe) -> list[Path]:
    """A file of samples itself, or those that belong to a results file."""
    if _is_sample(probe.first):
        return [probe.path]
    found = samples_of(probe.path)
    if not found:
        raise ImportProblem(
            f"{probe.path}: these are totals, and no samples lie beside them. "
            "Run lm-eval with --log_samples."
        )
    return found


def read(probe: Probe, options: Options) -> list[Imported]:
    """The file's one model on its one task, under one filter and one metric."""
    run = run_of(probe.path)
    warnings: list[str] = []
    chosen_filter = _filter(probe, options, warnings)
    lines = [row for _, row in probe.rows() if _filter_of(row) == chosen_filter]
    metric = _metric(probe, lines[0], options, warnings)
    items = item_keys(lines, warnings)
    source: str | None = None
    if options.repeats == "explode":
        metric, rows = None, _exploded(lines, items, run, options)
    else:
        rows, source = _judged(lines, items, metric, run, options, warnings)
    if not run.results:
        warnings.append("No results file lies beside the samples; the folder names the model.")
    draft = Draft(
        format="lm-eval",
        source=probe.path,
        benchmark=run.task,
        model=run.model or probe.path.parent.name.replace("__", "/"),
        rows=rows,
        external_id=run.external_id,
        confidence_source=source,
        run=run.facts(metric, chosen_filter),
        parity=_parity(run, metric, chosen_filter, lines),
        warnings=warnings,
        graded="here" if metric is None else "elsewhere",
    )
    return [assemble(draft, options)]


def _is_sample(row: Mapping[str, Any]) -> bool:
    return {"doc_id", "resps", "filtered_resps"} <= set(row)


def _filter_of(row: Mapping[str, Any]) -> str:
    """The filter of a line; older files name none."""
    return str(row.get("filter") or "none")


def _filter(probe: Probe, options: Options, warnings: list[str]) -> str:
    names = list(dict.fromkeys(_filter_of(row) for _, row in probe.rows()))
    by_default = "strict-match" if "strict-match" in names else None
    wished = options.filter or by_default
    name = only_one(names, chosen=wished, what="filter", where=probe.path)
    if name is None:
        raise ImportProblem(f"{probe.path}: there is not a single sample in it.")
    others = [other for other in names if other != name]
    if others and options.filter is None:
        warnings.append(f"Read under filter {name}; the file also has {', '.join(others)}.")
    return name


def _metric(
    probe: Probe, row: Mapping[str, Any], options: Options, warnings: list[str]
) -> str | None:
    told = row.get("metrics") or [name for name in _METRICS if name in row]
    names = [str(name) for name in told if name in row]
    if options.metric is not None:
        return only_one(names, chosen=options.metric, what="metric", where=probe.path)
    known = [name for name in _METRICS if name in names]
    if known:
        others = [name for name in known if name != known[0]]
        if others:
            warnings.append(f"Judged by {known[0]}; the file also has {', '.join(others)}.")
        return known[0]
    if not names or names == ["bypass"]:
        return None
    raise ImportProblem(
        f"{probe.path}: none of its metrics ({', '.join(names)}) is known to judge an answer as "
        "right or wrong; say which with the metric."
    )


def _exploded(
    lines: list[dict[str, Any]], items: list[str], run: Run, options: Options
) -> list[Row]:
    return [
        row
        for number, (line, item) in enumerate(zip(lines, items, strict=True))
        for row in repeats(line, number=number, item=item, delimiter=run.delimiter, options=options)
    ]


def _judged(
    lines: list[dict[str, Any]],
    items: list[str],
    metric: str | None,
    run: Run,
    options: Options,
    warnings: list[str],
) -> tuple[list[Row], str]:
    """Rows and their confidences' source: what the task reports itself, else the softmax."""
    read_lines = [
        sample(
            line,
            number=number,
            item=item,
            metric=metric,
            delimiter=run.delimiter,
            options=options,
        )
        for number, (line, item) in enumerate(zip(lines, items, strict=True))
    ]
    stated = [one.stated for one in read_lines]
    confidences = shares(stated, Stated(run.task, options.confidence_unit), warnings)
    source = "stated"
    if all(one is None for one in stated):
        confidences, source = [one.mass for one in read_lines], "logprob"
    pairs = zip(read_lines, confidences, strict=True)
    return [replace(one.row, confidence=share) for one, share in pairs], source


def _parity(
    run: Run, metric: str | None, chosen_filter: str, lines: list[dict[str, Any]]
) -> Parity | None:
    """lm-eval's own mean over the documents, NaN and all; None where it reports no number."""
    reported = run.reported(metric, chosen_filter) if metric else None
    if metric is None or reported is None:
        return None
    values = [finite(line.get(metric)) for line in lines]
    whole = [value for value in values if value is not None]
    return Parity(metric, reported, mean(whole) if len(whole) == len(values) else None)
