"""Made boards of every kind that words and marks must be true of."""

import random
from collections.abc import Callable
from typing import Any, Final

from tests.served import Served

Rows = list[dict[str, Any]]


def rows(
    n: int, right: float, wrong: float, *, seed: int, confident: bool = True, ungraded: int = 0
) -> Rows:
    """Verdicts on n items: so large shares right and wrong, the rest abstained, in an order of the
    seed; the last `ungraded` without a verdict."""
    dice = random.Random(seed)
    kinds = ["correct"] * round(right * n) + ["wrong"] * round(wrong * n)
    kinds = (kinds + ["abstained"] * n)[:n]
    dice.shuffle(kinds)
    out: Rows = []
    for at, kind in enumerate(kinds):
        row: dict[str, Any] = {"item": f"i{at}"}
        if at >= n - ungraded:
            row["status"] = "ungraded"
        elif kind == "abstained":
            row["abstained"] = True
        else:
            row["verdict"] = kind
            if confident:
                row["confidence"] = dice.choice((0.55, 0.7, 0.8, 0.95))
        out.append(row)
    return out


def publish(served: Served, slug: str, n: int, **wanted: Any) -> None:
    """A benchmark of n items that takes verdicts."""
    items = [{"key": f"i{at}", "category": f"kind {at % 3} & <b>"} for at in range(n)]
    served.publish(slug=slug, title=f"Board of {slug}", matcher="verdicts", items=items, **wanted)


def submit(served: Served, slug: str, name: str, predictions: Rows, **more: Any) -> str:
    """Submits under a model name; returns the id."""
    reply = served.submit(predictions, slug=slug, model=name, **more)
    assert reply.status_code == 201, reply.text
    found: str = reply.json()["id"]
    return found


def _ties(served: Served, slug: str) -> None:
    publish(served, slug, 25)
    for at in range(6):
        submit(served, slug, f"clone-{at}", rows(25, 0.6, 0.4, seed=1))


def _noise(served: Served, slug: str) -> None:
    publish(served, slug, 40)
    for at in range(8):
        submit(served, slug, f"close {at}.{at}", rows(40, 0.7 - at / 40, 0.2, seed=at))


def _negative(served: Served, slug: str) -> None:
    publish(served, slug, 200)
    for at, right in enumerate((0.4, 0.35, 0.3, 0.2, 0.1)):
        submit(served, slug, f"bold {at}", rows(200, right, 0.95 - right, seed=at))


def _clear(served: Served, slug: str) -> None:
    publish(served, slug, 400)
    for at, (right, wrong) in enumerate(((0.85, 0.15), (0.7, 0.02), (0.5, 0.0), (0.3, 0.7))):
        submit(served, slug, f"apart {at}", rows(400, right, wrong, seed=at))


def _one(served: Served, slug: str) -> None:
    publish(served, slug, 30)
    submit(served, slug, "alone", rows(30, 0.5, 0.4, seed=1))


def _tied_by_accuracy(served: Served, slug: str) -> None:
    publish(served, slug, 100)
    for at, (right, wrong) in enumerate(((0.6, 0.4), (0.6, 0.2), (0.6, 0.0), (0.5, 0.0))):
        submit(served, slug, f"even {at}", rows(100, right, wrong, seed=at))


def _many(count: int) -> Callable[[Served, str], None]:
    def fill(served: Served, slug: str) -> None:
        publish(served, slug, 60)
        dice = random.Random(count)
        for at in range(count):
            right = dice.uniform(0.1, 0.9)
            wrong = dice.uniform(0.0, 1 - right)
            submit(served, slug, f"model {at:03}", rows(60, right, wrong, seed=at))

    return fill


def _unsourced(served: Served, slug: str) -> None:
    publish(served, slug, 50)
    for at in range(3):
        submit(served, slug, f"said {at}", rows(50, 0.8 - at / 5, 0.2, seed=at))


def _hidden(served: Served, slug: str) -> None:
    items = [{"key": f"i{at}", "accepted": ["yes"]} for at in range(80)]
    served.publish(slug=slug, title="Kept back", matcher="text", items=items, mode="hidden")
    for at in range(6):
        said = rows(80, 0.8 - at / 8, 0.15 + at / 10, seed=at)
        for row in said:
            if verdict := row.pop("verdict", None):
                row["answer"] = "yes" if verdict == "correct" else "no"
        submit(served, slug, f"kept {at}", said)


def _ungraded(served: Served, slug: str) -> None:
    publish(served, slug, 60, ungraded_limit=0.2)
    for at in range(4):
        submit(served, slug, f"partly {at}", rows(60, 0.7, 0.1 + at / 20, seed=at, ungraded=2 * at))
    submit(served, slug, "mostly not", rows(60, 0.7, 0.1, seed=9, ungraded=40))


def _silent(served: Served, slug: str) -> None:
    publish(served, slug, 50)
    for at in range(4):
        rows_of_one = rows(50, 0.9 - at / 5, at / 6, seed=at, confident=False)
        submit(served, slug, f"no word {at}", rows_of_one)


def _top(served: Served, slug: str) -> None:
    publish(served, slug, 200)
    for at in range(7):
        submit(served, slug, f"top {at}", rows(200, 0.985 - at / 100, 0.015 + at / 200, seed=at))


BOARDS: Final[dict[str, Callable[[Served, str], None]]] = {
    "ties": _ties,
    "noise": _noise,
    "negative": _negative,
    "clear": _clear,
    "one": _one,
    "tied-by-accuracy": _tied_by_accuracy,
    "sixty": _many(60),
    "three-hundred": _many(300),
    "unsourced": _unsourced,
    "hidden": _hidden,
    "ungraded": _ungraded,
    "silent": _silent,
    "top": _top,
}
"""How each kind of board is filled, by its slug."""

_FILLED: set[tuple[str, str]] = set()


def fill(served: Served, slug: str) -> None:
    """Makes the board there unless it was made before."""
    if slug in BOARDS and (served.database_url, slug) not in _FILLED:
        BOARDS[slug](served, slug)
        _FILLED.add((served.database_url, slug))
