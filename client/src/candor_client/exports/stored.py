"""A submission as the server keeps it, brought back into the one record."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol, cast

from candor_client.record import Imported, Row, Verdict


class Reader(Protocol):
    """What of a client is used here."""

    def submission(self, submission_id: str) -> Any:
        """One submission's facts."""

    def predictions(self, submission_id: str) -> Any:
        """What the model said, with outcomes where the benchmark shows them."""

    def items(self, slug: str) -> Any:
        """The questions."""


def stored(client: Reader, submission_id: str) -> Imported:
    """The submission with its questions. Outcomes are there where its benchmark shows them;
    on a hidden one the rows stay without a verdict."""
    facts = client.submission(submission_id)
    questions = {item["key"]: item for item in client.items(facts["benchmark"])}
    rows = [
        _row(prediction, questions.get(prediction["item"], {}))
        for prediction in client.predictions(submission_id)
    ]
    model, reported = facts["model"], facts.get("reported")
    return Imported(
        format="candor",
        source=submission_id,
        benchmark=facts["benchmark"],
        model=model["name"],
        provider=model.get("provider"),
        version=model.get("version"),
        rows=tuple(rows),
        external_id=facts.get("external_id"),
        stated_target=facts.get("stated_target"),
        confidence_source=facts.get("confidence_source"),
        run=facts.get("run") or {},
        reported=(reported["metric"], reported["value"]) if reported else None,
        graded=_graded(rows),
    )


def _graded(rows: list[Row]) -> Literal["elsewhere", "here"]:
    return "elsewhere" if any(row.verdict for row in rows) else "here"


def _row(prediction: Mapping[str, Any], question: Mapping[str, Any]) -> Row:
    outcome = prediction.get("outcome")
    missing = outcome == "missing"
    return Row(
        item=prediction["item"],
        sample=prediction.get("sample") or 1,
        answer=prediction.get("answer"),
        abstained=bool(prediction.get("abstained")),
        confidence=prediction.get("confidence"),
        verdict=None if missing else cast("Verdict | None", outcome),
        credit=prediction.get("credit"),
        status="missing" if missing else "ok",
        category=question.get("category"),
        cluster=question.get("cluster"),
        question=question.get("question"),
        accepted=_tuple(question.get("accepted")),
        choices=_tuple(question.get("choices")),
        tags=question.get("tags") or {},
    )


def _tuple(texts: list[str] | None) -> tuple[str, ...] | None:
    return tuple(texts) if texts else None
