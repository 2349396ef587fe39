"""How the answers of a revision are graded besides its matcher: the rules and what a publisher
chooses of them. Stored with the revision, so that a stored grading keeps its meaning."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, Self, get_args

RULES: Final = 2
"""The edition of the grading rules of new revisions; a change of what counts as right is a new one.

Edition 1 (`app/grading/first_rules.py`) grades the revisions that were published before there was
a second; their next revision is of the newest edition.
"""

Step = Literal[
    "tags",
    "quotes",
    "emphasis",
    "code",
    "latex",
    "brackets",
    "period",
    "frame",
    "option-label",
    "letter-with-text",
]
STEPS: Final[tuple[Step, ...]] = get_args(Step)

STEP_WORDS: Final[dict[Step, str]] = {
    "tags": "`<answer>Lima</answer>`",
    "quotes": "one pair of quotation marks of any language: “Lima”, «Lima», 「Lima」",
    "emphasis": "Markdown's bold and italics: `**Lima**`, `_Lima_`",
    "code": "code spans and fences: `` `Lima` ``",
    "latex": r"`\boxed{42}`, `$42$`, `\(42\)`, `\text{Lima}`",
    "brackets": "brackets around words, a number or a letter: (Lima), [42]; never an interval",
    "period": "sentence punctuation at the end: “Lima.”; ! and ? after a word only",
    "frame": "“The answer is Lima”, “Answer: Lima”, “Lima is the answer” and the like, in 30 "
    "languages; “x = 42” of a number",
    "option-label": "of an option's letter: (B), B., B), “Option B”, “Antwort B”, “选项B”",
    "letter-with-text": "an option's letter with its own text: “B) Lima”, “Lima (B)”; where they "
    "do not belong together the answer is unreadable",
}
"""What each step takes away, for the documentation."""

ToleranceKind = Literal["absolute", "relative"]
DecimalSign = Literal["either", "point", "comma"]
PercentSign = Literal["either", "unit", "share"]
CreditKind = Literal["exact", "partial", "jaccard"]


@dataclass(frozen=True, kw_only=True)
class GradingOptions:
    """What a publisher chooses of how answers are graded; the fields are those of the API.

    `unwrap` holds steps of `STEPS`; None are those of `default_unwrap`.
    """

    unwrap: tuple[str, ...] | None = None
    listed_abstentions: bool = True
    tolerance_kind: ToleranceKind = "absolute"
    decimal: DecimalSign = "either"
    percent: PercentSign = "either"
    units: tuple[str, ...] = ()
    credit: CreditKind = "exact"

    @classmethod
    def of(cls, chosen: object) -> Self:
        """The options among the attributes of a value that has them all."""
        return cls(
            **{option.name: getattr(chosen, option.name) for option in fields(GradingOptions)}
        )


@dataclass(frozen=True, kw_only=True)
class GradingRules(GradingOptions):
    """The options of a revision with the edition of the rules that they belong to."""

    unwrap: tuple[str, ...] = STEPS
    rules: int = RULES

    def as_json(self) -> dict[str, Any]:
        """As it is stored with a revision."""
        return asdict(self) | {"unwrap": list(self.unwrap), "units": list(self.units)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "GradingRules":
        """What was stored; nothing was before edition 2."""
        if stored is None:
            return FIRST
        lists = {name: tuple(stored[name]) for name in ("unwrap", "units")}
        return cls(**{**stored, **lists})


def default_unwrap(matcher: str) -> tuple[Step, ...]:
    """The steps where a publisher names none: all, but none for what is compared as it stands."""
    return () if matcher in {"exact", "verdicts"} else STEPS


def newest_rules(chosen: GradingOptions, *, matcher: str) -> GradingRules:
    """The newest edition with the options that were chosen for a matcher, the steps in order."""
    options = asdict(GradingOptions.of(chosen))
    wanted = chosen.unwrap
    steps = default_unwrap(matcher) if wanted is None else tuple(s for s in STEPS if s in wanted)
    return GradingRules(**{**options, "unwrap": steps})


_OF_MATCHER: Final = {
    "tolerance_kind": "number",
    "decimal": "number",
    "percent": "number",
    "units": "number",
    "credit": "choices",
}
"""Options that one matcher reads alone."""


def misplaced_options(chosen: GradingOptions, *, matcher: str) -> list[tuple[str, str]]:
    """Options that say something to another matcher: their names, and what to do."""
    usual = GradingOptions()
    return [
        (name, f"{name} belongs to matcher `{owner}`; leave it out or choose that one.")
        for name, owner in _OF_MATCHER.items()
        if owner != matcher and getattr(chosen, name) != getattr(usual, name)
    ]


FIRST: Final = GradingRules(rules=1, unwrap=(), listed_abstentions=False)
"""Of the revisions that were published under edition 1."""
