"""Which column is the model's answer, and which the key, by all columns and their values.

| beside `answer` stands                 | `answer` is                                          |
|----------------------------------------|------------------------------------------------------|
| a prediction (`pred`, `model_answer`)  | the key, unless another column is                    |
| a reply (`response`, `output`)         | the key, or taken out of the reply: their values say |
| a key (`gold`, `target`)               | the model's                                          |
| nothing but a question                 | unclear: a question set with its key looks the same  |
| none of them                           | the model's                                          |
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from candor_client.importers.columns.names import (
    EITHER,
    KEY_PLACES,
    KEYS,
    PARSED,
    REPLIES,
    first_named,
    normal,
    other_answers,
)
from candor_client.importers.columns.table import Table
from candor_client.importers.reading.values import is_missing
from candor_client.record import Ambiguous

_OURS: Final = "item"
FLAG_WORDS: Final = frozenset({"true", "false", "yes", "no", "y", "n", "t", "f", "0", "1"})
"""Words that are an answer to a yes-or-no question, or a flag."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The headers of the model's answer, of its reply where that is another column, of the key;
    and why."""

    answer: str | None = None
    reply: str | None = None
    accepted: str | None = None
    why: str = ""


def answers_of(
    table: Table,
    headers: Mapping[str, list[str]],
    wished: Mapping[str, str],
    *,
    more_keys: tuple[str, ...] = (),
    wrong: frozenset[int] = frozenset(),
    says_more: bool = False,
) -> Answers:
    """The columns of answer, reply and key. `more_keys` are columns known to hold keys, `wrong` the
    numbers of the rows that are judged wrong; `says_more` where something else in the file says how
    a row went. Raises `Ambiguous` where two columns could be the answer."""
    taken = {header for field, header in wished.items() if field not in {"answer", "accepted"}}
    parsed = _present(table, first_named(PARSED, headers), taken)
    replies = _present(table, first_named(REPLIES, headers), taken)
    either = _present(table, first_named(EITHER, headers), taken)
    others, other_keys = other_answers(headers)
    keys = [*_present(table, [*first_named(KEYS, headers), *other_keys], taken), *more_keys]
    reply = replies[0] if replies else None
    if "answer" in wished:
        return _answer_is(wished, [*keys, *either], reply)
    key = wished.get("accepted")
    if key is not None:
        either = [header for header in either if header != key]
        keys = [key]
    unsure = [] if parsed or replies else _present(table, others, taken)
    if unsure and (either or len(unsure) > 1):
        raise _several(table, [*unsure, *either])
    parsed = parsed or unsure
    if parsed:
        answer = _agreeing(table, parsed, "answer")
        rest = keys or either
        return Answers(answer, reply, _only_key(wished, rest), "a prediction beside the key")
    if replies:
        return _beside_a_reply(table, replies, either, keys, wished, wrong)
    if not either or first_named(KEY_PLACES, headers):
        return Answers(None, None, _only_key(wished, keys or either))
    if keys or key is not None:
        return Answers(either[0], None, _only_key(wished, keys), "an answer beside its key")
    if not says_more and _OURS not in headers and _asks(headers):
        raise _question_set(table, either[0])
    return Answers(either[0], None, None)


def _answer_is(wished: Mapping[str, str], keys: list[str], reply: str | None) -> Answers:
    answer = wished["answer"]
    others = [header for header in keys if header != answer]
    return Answers(answer or None, reply, _only_key(wished, others), "as --column says")


def _only_key(wished: Mapping[str, str], keys: list[str]) -> str | None:
    if "accepted" in wished:
        return wished["accepted"] or None
    return keys[0] if keys else None


def _present(table: Table, headers: list[str], taken: set[str]) -> list[str]:
    """Those of the headers in whose columns anything stands that can be an answer."""
    return [header for header in headers if header not in taken and table.stated(header)]


def _asks(headers: Mapping[str, list[str]]) -> bool:
    return not {"question", "problem", "query", "prompt", "question_text", "input"}.isdisjoint(
        headers
    )


def _agreeing(table: Table, headers: list[str], field: str) -> str:
    """The first of several columns that say the same. Raises `Ambiguous` where they do not."""
    first, *others = headers
    for other in others:
        differing = next(
            (
                line
                for line in table.lines
                if text_of(line.cells.get(first)) != text_of(line.cells.get(other))
            ),
            None,
        )
        if differing is not None:
            saw = (
                f"the columns {first!r} and {other!r} could both be the model's answer, and differ "
                f"in {differing.location}: {shown(differing.cells.get(first))} and "
                f"{shown(differing.cells.get(other))}."
            )
            raise Ambiguous(
                table.path,
                saw,
                {f"--column {field}={candidate}": "the answer" for candidate in headers},
            )
    return first


def _beside_a_reply(
    table: Table,
    replies: list[str],
    either: list[str],
    keys: list[str],
    wished: Mapping[str, str],
    wrong: frozenset[int],
) -> Answers:
    """A reply, perhaps beside a column `answer` that is the key or was taken out of the reply."""
    reply = replies[0]
    if not either:
        return Answers(_agreeing(table, replies, "answer"), None, _only_key(wished, keys))
    answer = either[0]
    holds = {
        line.number: contains(line.cells.get(reply), line.cells.get(answer))
        for line in table.lines
        if not is_missing(line.cells.get(reply)) and not is_missing(line.cells.get(answer))
    }
    everywhere = all(holds.values())
    if keys:
        same = all(
            text_of(line.cells.get(answer)) == text_of(line.cells.get(keys[0]))
            for line in table.lines
        )
        if same:
            return Answers(reply, None, _only_key(wished, keys), "a reply beside its key")
        if holds and everywhere:
            return Answers(answer, reply, _only_key(wished, keys), "taken out of the reply")
    elif not everywhere:
        return Answers(reply, None, _only_key(wished, [answer]), "a reply beside the key")
    elif wrong & set(holds):
        # A key is not in a wrong reply; what was taken out of it is.
        return Answers(answer, reply, None, "taken out of the reply")
    saw = f"the columns {answer!r} and {reply!r} could both be the model's answer."
    means = "the key" if not keys else "something else"
    raise Ambiguous(
        table.path,
        saw,
        {
            f"--column answer={reply}": f"{reply!r} is what the model said, {answer!r} {means}",
            f"--column answer={answer}": f"{answer!r} was taken out of {reply!r}",
        },
    )


def _several(table: Table, headers: list[str]) -> Ambiguous:
    listed = ", ".join(map(repr, headers))
    return Ambiguous(
        table.path,
        f"the columns {listed} could each be the model's answer.",
        {f"--column answer={header}": "what the model answered" for header in headers},
    )


def _question_set(table: Table, answer: str) -> Ambiguous:
    return Ambiguous(
        table.path,
        f"a question and {answer!r} stand in it, and nothing that says how a model did.",
        {
            f"--column answer={answer}": f"{answer!r} is what a model answered",
            "candor publish": f"a question set, and {answer!r} is its key",
        },
    )


def contains(reply: object, answer: object) -> bool:
    """Whether an answer stands in a reply as a word of its own."""
    reply_text, sought = text_of(reply).casefold(), text_of(answer).casefold().strip()
    if not sought:
        return False
    return re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", reply_text) is not None


def text_of(value: Any) -> str:
    """A cell as text to compare."""
    return "" if is_missing(value) else str(value).strip()


def shown(value: Any) -> str:
    """A cell as a message shows it."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:36]}…'"


def is_answer_like(value: Any) -> bool:
    """Whether a cell can be what somebody answered, and is no flag."""
    if isinstance(value, bool | int | float):
        return False
    return not isinstance(value, str) or value.strip().lower() not in FLAG_WORDS


def names_answer(header: str) -> bool:
    """Whether a header names an answer of any kind."""
    return normal(header) in {*PARSED, *REPLIES, *EITHER}
