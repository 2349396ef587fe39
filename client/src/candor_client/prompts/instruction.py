"""The instruction to append to a question: the price of a wrong answer, and the form of a reply.

The same three labelled lines as `GET /benchmarks/{slug}/prompt`, for pipelines that know their
target and ask no server. `candor_client.parse_reply` reads them back.

Kalai, Nachum, Vempala, Zhang (2025), Why Language Models Hallucinate, section 4.2.
"""

from decimal import Decimal
from typing import Final

from candor_client.errors import UsageError

_FORMS: Final = {
    "choice": "the letter or the text of one of the options, and nothing else",
    "number": "one number in digits, without units",
    "set": 'a JSON list of strings, such as ["red", "blue"]',
}
_ANY: Final = "your answer in as few words as possible"
MATCHERS: Final = ("exact", "text", "choice", "number", "set", "verdicts")


def prompt(target: float | str, *, matcher: str = "text") -> str:
    """The instruction for a confidence target from 0 to 0.99; ends with a line break."""
    t = _target(target)
    if matcher not in MATCHERS:
        raise UsageError(f"{matcher!r} is no matcher; choose one of {', '.join(MATCHERS)}.")
    return (
        f"{_price(t)}\n"
        "\n"
        "Reply with exactly these three lines and nothing after them:\n"
        f"Answer: {_FORMS.get(matcher, _ANY)} (leave it empty if you do not know)\n"
        "Abstain: yes or no\n"
        "Confidence: the chance in percent, 0 to 100, that your answer is right\n"
    )


def with_prompt(question: str, target: float | str, *, matcher: str = "text") -> str:
    """A question with the instruction below it."""
    return f"{question.rstrip()}\n\n{prompt(target, matcher=matcher)}"


def _target(target: float | str) -> Decimal:
    try:
        t = Decimal(str(target))
    except ArithmeticError:
        t = Decimal("NaN")
    if not t.is_finite() or not 0 <= t <= Decimal("0.99"):
        raise UsageError(f"target is {target}; it is a number from 0 to 0.99, such as 0.75.")
    if t != t.quantize(Decimal("0.0001")):
        raise UsageError(f"target is {target}; it has at most 4 decimals.")
    return t


def _price(t: Decimal) -> str:
    if t == 0:
        return (
            'A right answer scores 1 point. A wrong answer and "I don\'t know" both score 0 points.'
        )
    penalty = f"{float(t / (1 - t)):.4g}"
    points = "point" if penalty == "1" else "points"
    return (
        f"Answer only if you are more than {float(t * 100):.4g}% sure. A right answer scores 1 "
        f'point, a wrong answer costs {penalty} {points}, and "I don\'t know" scores 0 points.'
    )
