"""evalscope: reviews, one line a sample, in `reviews/<model>/<dataset>_<subset>.jsonl`.

The verdict is the review's main score.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from candor_client.importers.reading.assemble import Draft, assemble
from candor_client.importers.reading.fields import object_at, objects_at, texts
from candor_client.importers.reading.keys import (
    answer_text,
    content_key,
    item_key,
    question_text,
)
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import finite, judged
from candor_client.record import Imported, ImportProblem, Row

LOOKS_FOR: Final = "evalscope reviews (lines with sample_score and its score.value)"


def claims(probe: Probe) -> bool:
    """Whether its lines are reviews."""
    return isinstance(object_at(probe.first, "sample_score", "score").get("value"), Mapping)


def read(probe: Probe, options: Options) -> list[Imported]:
    """The file's one model on its one data set."""
    lines = list(probe.rows())
    metric = options.metric or _main(lines[0][1])
    seen: Counter[str] = Counter()
    rows = []
    for number, line in lines:
        item = _item(line)
        seen[item] += 1
        rows.append(_row(probe, line, number, item, seen[item], metric))
    known = sorted(object_at(lines[0][1], "sample_score", "score", "value"))
    others = [name for name in known if name != metric]
    folder = probe.path.parent
    named = folder.parent.name == "reviews"
    draft = Draft(
        format="evalscope",
        source=probe.path,
        benchmark=probe.path.stem,
        model=folder.name if named else "unnamed",
        rows=rows,
        run={"harness": "evalscope", "metric": metric},
        warnings=[f"Judged by {metric}; the reviews also have {', '.join(others)}."]
        if others
        else [],
        graded="elsewhere",
    )
    return [assemble(draft, options)]


def _main(line: Mapping[str, Any]) -> str:
    score = object_at(line, "sample_score", "score")
    values = object_at(score, "value")
    named = score.get("main_score_name")
    return str(named if named in values else next(iter(values), "acc"))


def _item(line: Mapping[str, Any]) -> str:
    review = object_at(line, "sample_score")
    own = line.get("index", review.get("sample_id"))
    return item_key(own) if own is not None else content_key(_question(line))


def _row(
    probe: Probe, line: Mapping[str, Any], number: int, item: str, sample: int, metric: str
) -> Row:
    score = object_at(line, "sample_score", "score")
    values = object_at(score, "value")
    if values and metric not in values:
        raise ImportProblem(
            f"{probe.path}, row {number}: there is no metric {metric!r}; there is "
            f"{', '.join(values)}."
        )
    verdict, credit = judged(finite(values.get(metric)))
    answer = score.get("extracted_prediction") or score.get("prediction")
    return Row(
        item=item,
        sample=sample,
        answer=answer_text(answer),
        verdict=verdict,
        credit=credit,
        status="ok" if verdict else "unscored",
        status_reason=None if verdict else "grader_failed",
        question=question_text(_question(line)),
        accepted=texts(line.get("target")),
        source_row=number,
    )


def _question(line: Mapping[str, Any]) -> str | None:
    """What was asked: the last thing that a user said."""
    user_messages = [
        message.get("content")
        for message in objects_at(line, "messages")
        if message.get("role") == "user"
    ]
    asked = user_messages[-1] if user_messages else line.get("input")
    return asked if isinstance(asked, str) else None
