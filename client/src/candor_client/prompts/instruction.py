"""The instruction to append to a question: the price of a wrong answer, and the form of a reply.

The same three labelled lines as `GET /benchmarks/{slug}/prompt`, for pipelines that know their
target and ask no server. `candor_client.parse_reply` reads them back.

Kalai, Nachum, Vempala, Zhang (2025), Why Language Models Hallucinate, section 4.2.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from candor_client.errors import UsageError

_FORMS: Final = {
    "choice": "the letter or the text of one of the options, and nothing else",
    "choices": "the letters of all right options, such as A, C, and nothing else",
    "number": "one number in digits, without units",
    "set": 'a JSON list of strings, such as ["red", "blue"]',
}
_ANY: Final = "your answer in as few words as possible"
MATCHERS: Final = ("exact", "text", "choice", "choices", "number", "set", "verdicts")


def prompt(
    target: float | str | None = None,
    *,
    penalty: float | str | None = None,
    matcher: str = "text",
) -> str:
    """The instruction for a confidence target from 0 to 0.99, or for the penalty of a wrong
    answer; ends with a line break."""
    t, price = _terms(target, penalty)
    if matcher not in MATCHERS:
        raise UsageError(f"{matcher!r} is no matcher; choose one of {', '.join(MATCHERS)}.")
    return (
        f"{_price(t, price)}\n"
        "\n"
        "Reply with exactly these three lines and nothing after them:\n"
        f"Answer: {_FORMS.get(matcher, _ANY)} (leave it empty if you do not know)\n"
        "Abstain: yes or no\n"
        "Confidence: the chance in percent, 0 to 100, that your answer is right\n"
    )


def with_prompt(
    question: str,
    target: float | str | None = None,
    *,
    penalty: float | str | None = None,
    matcher: str = "text",
) -> str:
    """A question with the instruction below it."""
    return f"{question.rstrip()}\n\n{prompt(target, penalty=penalty, matcher=matcher)}"


def _terms(target: float | str | None, penalty: float | str | None) -> tuple[Fraction, str]:
    """The target as a ratio, and the price of a wrong answer as it is announced."""
    if (target is None) == (penalty is None):
        raise UsageError("Give target or penalty, one of them.")
    if penalty is None:
        assert target is not None
        t = Fraction(_target(target))
        return t, f"{float(t / (1 - t)):.4g}"
    price = _number(penalty)
    if price is None or not 0 <= price <= 99 or price != price.quantize(Decimal("0.001")):
        raise UsageError(
            f"penalty is {penalty}; it is a number from 0 to 99 with at most 3 decimals, such as 2."
        )
    return Fraction(price) / (1 + Fraction(price)), f"{float(price):g}"


def _target(target: float | str) -> Decimal:
    t = _number(target)
    if t is None or not 0 <= t <= Decimal("0.99"):
        raise UsageError(f"target is {target}; it is a number from 0 to 0.99, such as 0.75.")
    if t != t.quantize(Decimal("0.0001")):
        raise UsageError(f"target is {target}; it has at most 4 decimals.")
    return t


def _number(spelled: float | str) -> Decimal | None:
    try:
        number = Decimal(str(spelled))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _price(t: Fraction, penalty: str) -> str:
    if t == 0:
        return (
            'A right answer scores 1 point. A wrong answer and "I don\'t know" both score 0 points.'
        )
    points = "point" if penalty == "1" else "points"
    return (
        f"Answer only if you are more than {float(t * 100):.4g}% sure. A right answer scores 1 "
        f'point, a wrong answer costs {penalty} {points}, and "I don\'t know" scores 0 points.'
    )
