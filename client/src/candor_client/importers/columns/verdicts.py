"""Which column judges, and in which vocabulary: words, letters of a grader, yes and no, or shares.

A letter means nothing alone: `C` is Inspect's correct, SimpleQA's not attempted, or an option. `N`
is no, or no answer. What a column holds as a whole decides; where it fits two vocabularies,
`Ambiguous` is raised. A column named `correct` that holds answers is the key.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from candor_client.importers.columns.answers import (
    FLAG_WORDS,
    is_answer_like,
    names_answer,
    shown,
)
from candor_client.importers.columns.names import (
    EITHER,
    KEYS,
    PARSED,
    REPLIES,
    SCORES,
    VERDICTS,
    by_name,
    first_named,
    normal,
)
from candor_client.importers.columns.table import Table
from candor_client.importers.reading.values import GRADE_LETTERS, is_missing, judged, verdict_word
from candor_client.record import Ambiguous, Verdict

Vocabulary = Literal["words", "simpleqa", "inspect", "yes-no", "pass-fail", "true-false"]
Judged = tuple[Verdict | None, float | None]

_LETTERS: Final[dict[Vocabulary, dict[str, Verdict]]] = {
    "simpleqa": GRADE_LETTERS,
    "inspect": {"c": "correct", "i": "wrong", "p": "partial", "n": "abstained"},
    "yes-no": {"y": "correct", "n": "wrong"},
    "pass-fail": {"p": "correct", "f": "wrong"},
    "true-false": {"t": "correct", "f": "wrong"},
}
_SIGNS: Final[dict[Vocabulary, frozenset[str]]] = {
    "simpleqa": frozenset("ab"),
    "inspect": frozenset("ci"),
    "yes-no": frozenset("y"),
    "pass-fail": frozenset(),
    "true-false": frozenset("t"),
}
"""Letters of which one at least must stand there for the vocabulary to be meant."""

_MEANS: Final[dict[Vocabulary, str]] = {
    "simpleqa": "A correct, B wrong, C not attempted",
    "inspect": "C correct, I wrong, P partial, N no answer",
    "yes-no": "Y correct, N wrong",
    "pass-fail": "P correct, F wrong",
    "true-false": "T correct, F wrong",
    "words": "they judge",
}
_OPTION_LETTERS: Final = frozenset("abcdefghij")
_MAY_HOLD_KEYS: Final = frozenset({"correct", "outcome", "result", "verdict", "solved", "resolved"})
_YES_OR_NO: Final = frozenset(
    {"is_correct", "correct", "is_right", "passed", "is_passed", "pass", "is_pass", "is_match"}
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The column that judges with its vocabulary; headers that hold keys; and why."""

    header: str | None = None
    vocabulary: Vocabulary = "words"
    keys: tuple[str, ...] = ()
    why: str = ""

    def read(self, value: Any) -> Judged:
        """Verdict and credit of a cell. Raises `ValueError` for a cell that says neither."""
        return verdict_of(value, self.vocabulary)


def verdict_of(value: Any, vocabulary: Vocabulary) -> Judged:
    """Verdict and credit that a cell states; (None, None) where nothing stands there. Raises
    `ValueError` for what is no verdict."""
    if is_missing(value):
        return None, None
    if vocabulary != "words" and isinstance(value, str):
        letter = value.strip().lower()
        if letter in _LETTERS[vocabulary]:
            return _LETTERS[vocabulary][letter], None
    elif isinstance(value, str) and len(value.strip()) == 1 and value.strip().isalpha():
        raise ValueError(f"the verdict {shown(value)} is not a known word")
    word = None if isinstance(value, list | dict) else verdict_word(value)
    if word is not None:
        return word, None
    verdict, credit = judged(value)
    if verdict is None:
        is_number = isinstance(value, int | float)
        what = "is not from 0 to 1" if is_number else "is not a known word"
        raise ValueError(f"the verdict {shown(value)} {what}")
    return verdict, credit


def judgement_of(
    table: Table, headers: Mapping[str, list[str]], wished: Mapping[str, str]
) -> Judgement:
    """The column that judges, if any. Raises `Ambiguous` where its letters fit two vocabularies,
    or two columns judge differently."""
    if "verdict" in wished:
        header = wished["verdict"]
        return Judgement(header, _vocabulary(table, header)) if header else Judgement()
    taken = set(wished.values())
    named = [candidate for candidate in first_named(VERDICTS, headers) if candidate not in taken]
    has_answer = any(names_answer(header) for header in table.headers) or "answer" in wished
    keys = tuple(candidate for candidate in named if has_answer and _holds_keys(table, candidate))
    judges = _readable(
        table, [candidate for candidate in named if candidate not in keys], has_answer=has_answer
    )
    if judges:
        # A score of yes and no judges too; figures beside a verdict are only more detail.
        scores = [name for name in first_named(("score", "result"), headers) if name not in taken]
        judges += [name for name in scores if _is_flags(table, name)]
    else:
        scores = [candidate for candidate in first_named(SCORES, headers) if candidate not in taken]
        judges = _readable(table, scores, has_answer=has_answer)
    if not judges:
        return Judgement(keys=keys)
    matching = [Judgement(candidate, _vocabulary(table, candidate), keys) for candidate in judges]
    for other in matching[1:]:
        _require_same(table, matching[0], other)
    # One that tells abstentions from wrong answers says more than one that does not.
    return next(
        (candidate for candidate in matching if _tells_abstentions(table, candidate)), matching[0]
    )


def _tells_abstentions(table: Table, judgement: Judgement) -> bool:
    return any(
        verdict_word(value) == "abstained" or judgement.vocabulary in {"simpleqa", "inspect"}
        for value in table.stated(judgement.header or "")
    )


def _readable(table: Table, headers: Iterable[str], *, has_answer: bool) -> list[str]:
    """The columns that judge: something stands in them, and it can be a judgement. A score that is
    none is left alone where it is beside an answer; else it is the only thing that could judge."""
    matching = []
    for header in headers:
        values = table.stated(header)
        if not values:
            continue
        unreadable = next((candidate for candidate in values if not _can_judge(candidate)), None)
        if unreadable is None or (normal(header) not in SCORES and _mostly(values, _can_judge)):
            matching.append(header)
        elif normal(header) in VERDICTS or not has_answer:
            raise Ambiguous(
                table.path,
                f"the column {header!r} would judge, and holds {shown(unreadable)}.",
                {
                    f"--column accepted={header}": "it is the key",
                    "--column verdict=": "it says nothing about right and wrong",
                    "--column verdict=HEADER": "another column judges",
                },
            )
    return matching


def _is_flags(table: Table, header: str) -> bool:
    values = table.stated(header)
    return bool(values) and all(str(value).strip().lower() in FLAG_WORDS for value in values)


def _mostly(values: list[Any], test: Callable[[Any], bool]) -> bool:
    """Whether it is so for more than half: the others are errors with a place, and no other
    kind of column."""
    return 2 * sum(map(test, values)) > len(values)


def _can_judge(value: Any) -> bool:
    if isinstance(value, str) and len(value.strip()) == 1 and value.strip().isalpha():
        return True
    try:
        verdict_of(value, "words")
    except ValueError:
        return False
    return True


def _holds_keys(table: Table, header: str) -> bool:
    """Whether a column that could judge holds keys: letters of options beside an answer, or
    texts and lists that are no verdicts."""
    values = table.stated(header)
    if not values or normal(header) not in _MAY_HOLD_KEYS:
        return False
    letters = _letters(values)
    if letters is not None:
        headers = by_name(table.headers)
        models = first_named((*PARSED, *REPLIES), headers)
        has_key = bool(first_named(KEYS, headers) or (models and first_named(EITHER, headers)))
        if normal(header) != "correct" or has_key:
            return False
        return bool(letters & set("abde")) and letters <= _OPTION_LETTERS
    if any(isinstance(candidate, list | dict) for candidate in values):
        return normal(header) == "correct"
    return normal(header) == "correct" and all(
        is_answer_like(candidate) and verdict_word(candidate) is None for candidate in values
    )


def _letters(values: Iterable[Any]) -> set[str] | None:
    """The letters of a column that holds nothing but single letters, else None."""
    matching = {value.strip().lower() if isinstance(value, str) else "" for value in values}
    return (
        matching
        if matching and all(len(candidate) == 1 and candidate.isalpha() for candidate in matching)
        else None
    )


def _vocabulary(table: Table, header: str) -> Vocabulary:
    words = {value.strip().lower() for value in table.stated(header) if isinstance(value, str)}
    if normal(header) == "correct" and _answers_in(table, header, words):
        raise _ambiguous(table, header, words, ["words"], key=True)
    letters = {word for word in words if len(word) == 1 and word.isalpha()}
    if not letters:
        return "words"
    fitting: list[Vocabulary] = [
        name
        for name, meanings in _LETTERS.items()
        if letters <= set(meanings) and (letters & _SIGNS[name] or not _SIGNS[name])
    ]
    if normal(header) in _YES_OR_NO and letters <= {"y", "n"}:
        return "yes-no"
    if letters == {"f"}:
        return "true-false"
    if letters == {"p"}:
        fitting = ["inspect", "pass-fail"]
    elif letters == {"n"}:
        fitting = ["inspect", "yes-no"]
    elif letters == {"c"}:
        fitting = ["inspect", "simpleqa"]
    named_grade = "grade" in normal(header)
    if fitting == ["simpleqa"] and not named_grade and _beside_letters(table, header):
        raise _ambiguous(table, header, letters, fitting, key=True)
    if len(fitting) == 1:
        return fitting[0]
    raise _ambiguous(table, header, letters, fitting, key=not named_grade)


def _answers_in(table: Table, header: str, words: set[str]) -> bool:
    """Whether what the model answered are the very words of this column: `yes` beside `no`."""
    if not words or not words <= FLAG_WORDS:
        return False
    return any(
        {str(value).strip().lower() for value in table.stated(other)} & words
        and {str(value).strip().lower() for value in table.stated(other)} <= FLAG_WORDS
        for other in table.headers
        if other != header and names_answer(other)
    )


def _beside_letters(table: Table, header: str) -> bool:
    """Whether answers are letters of options too, so that letters of this column may be a key."""
    return any(
        (letters := _letters(table.stated(other))) is not None and letters <= _OPTION_LETTERS
        for other in table.headers
        if other != header and names_answer(other)
    )


def _ambiguous(
    table: Table, header: str, letters: set[str], fitting: list[Vocabulary], *, key: bool
) -> Ambiguous:
    readings = {}
    if key:
        readings[f"--column accepted={header}"] = "they are the key"
    for name in fitting:
        readings[f"--column verdict={header}:{name}"] = _MEANS[name]
    readings["--column verdict="] = "they say nothing about right and wrong"
    there = ", ".join(
        sorted(candidate.upper() if len(candidate) == 1 else candidate for candidate in letters)
    )
    return Ambiguous(table.path, f"the column {header!r} holds {there}.", readings)


def _require_same(table: Table, first: Judgement, other: Judgement) -> None:
    for line in table.lines:
        here, there = line.cells.get(first.header or ""), line.cells.get(other.header or "")
        if is_missing(here) or is_missing(there):
            continue
        try:
            same = first.read(here) == other.read(there)
        except ValueError:
            continue
        verdicts = {first.read(here)[0], other.read(there)[0]}
        if not same and verdicts != {"wrong", "abstained"}:
            raise Ambiguous(
                table.path,
                f"the columns {first.header!r} and {other.header!r} both judge, and differ in "
                f"{line.location}: {shown(here)} and {shown(there)}.",
                {f"--column verdict={candidate.header}": "judges" for candidate in (first, other)},
            )
