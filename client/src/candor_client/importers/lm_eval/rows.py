"""One line of lm-eval samples becomes a row; a line with repeats becomes several, if wished."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from candor_client.importers.lm_eval.choice import Chosen, arguments_of, chosen
from candor_client.importers.reading.fields import first_of, object_at, texts
from candor_client.importers.reading.keys import answer_text, item_key, label, question_text
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.values import finite, flag, judged
from candor_client.record import Row

_IDS: Final = ("id", "question_id", "qid", "example_id", "item_id", "uid", "idx")
_QUESTIONS: Final = ("question", "query", "problem", "input", "prompt", "text")
_CATEGORIES: Final = ("category", "subject", "topic", "subset")


@dataclass(frozen=True, slots=True)
class Sample:
    """A row with its confidence as the task wrote it, and as the choices' likelihoods give it."""

    row: Row
    stated: Any
    mass: float | None


def sample(
    line: Mapping[str, Any],
    *,
    number: int,
    item: str,
    metric: str | None,
    delimiter: str,
    options: Options,
) -> Sample:
    """The line as one attempt, judged by `metric`; left to the server where that is None."""
    picked = chosen(line, metric or "acc", delimiter=delimiter)
    declined = flag(line.get("abstained")) or (picked is not None and picked.declined)
    verdict, credit = judged(line.get(metric)) if metric is not None else (None, None)
    lost = metric is not None and verdict is None
    row = Row(
        item=item,
        answer=None if declined else answer_text(_answer(line, picked)),
        abstained=declined,
        verdict=("abstained" if metric is not None else None) if declined else verdict,
        credit=None if declined else credit,
        status="unscored" if lost and not declined else "ok",
        status_reason="scoring_failed" if lost and not declined else None,
        **_about(line, picked, number, options),
    )
    return Sample(row, line.get("confidence"), None if picked is None else picked.confidence)


def repeats(
    line: Mapping[str, Any], *, number: int, item: str, delimiter: str, options: Options
) -> Iterator[Row]:
    """Each repeated reply as a sample of its own, without a verdict: lm-eval judged them as one."""
    picked = chosen(line, "acc", delimiter=delimiter)
    replies = (line.get("resps") or [[]])[0]
    for place, reply in enumerate(replies if isinstance(replies, list) else [replies], 1):
        yield Row(
            item=item,
            sample=place,
            answer=answer_text(reply),
            **_about(line, picked, number, options),
        )


def item_keys(lines: Sequence[Mapping[str, Any]], warnings: list[str]) -> list[str]:
    """The item of each line: the id inside the document where it tells all documents apart, else
    the position, which `--samples` keeps too."""
    own = {str(line.get("doc_id")): _own_id(line) for line in lines}
    counted = Counter(own.values())
    if None not in counted and len(counted) == len(own):
        return [item_key(own[str(line.get("doc_id"))]) for line in lines]
    if set(counted) != {None}:
        warnings.append("The documents' own ids are not unique; items are named by position.")
    return [item_key(line.get("doc_id")) for line in lines]


def _own_id(line: Mapping[str, Any]) -> str | None:
    document = object_at(line, "doc")
    found = first_of(document, _IDS)
    return None if found is None or isinstance(found, dict | list) else str(found)


def _answer(line: Mapping[str, Any], picked: Chosen | None) -> str | None:
    if picked is not None:
        return picked.options[picked.place]
    filtered = line.get("filtered_resps")
    first = filtered[0] if isinstance(filtered, list) and filtered else filtered
    return first if isinstance(first, str) and _is_generated(line) else None


def _is_generated(line: Mapping[str, Any]) -> bool:
    """Whether the replies are text: a log-likelihood task has pairs of numbers instead."""
    replies = line.get("resps")
    first = replies[0] if isinstance(replies, list) and replies else None
    return isinstance(first, list) and bool(first) and isinstance(first[0], str)


def _about(
    line: Mapping[str, Any], picked: Chosen | None, number: int, options: Options
) -> dict[str, Any]:
    """What a row says of its item."""
    document = object_at(line, "doc")
    category = (
        document.get(options.category) if options.category else first_of(document, _CATEGORIES)
    )
    cluster = document.get(options.cluster) if options.cluster else None
    return {
        "category": label(category),
        "cluster": label(cluster),
        "question": question_text(first_of(document, _QUESTIONS) or _prompt(line)),
        "accepted": _accepted(line.get("target"), picked),
        "choices": None if picked is None else picked.options,
        "source_row": number,
    }


def _prompt(line: Mapping[str, Any]) -> Any:
    asked = arguments_of(line.get("arguments"))
    return asked[0][0] if asked else None


def _accepted(target: Any, picked: Chosen | None) -> tuple[str, ...] | None:
    if target is None:
        return None
    place = finite(target)
    if picked is not None and place is not None and 0 <= int(place) < len(picked.options):
        return (picked.options[int(place)],)
    return texts(target)
