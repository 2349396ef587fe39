"""Benchmarks that the field speaks of: how each is graded and priced, none of its questions.

`candor publish --preset gpqa questions.jsonl` takes the policy from here and the items from you.
"""

from dataclasses import dataclass
from typing import Any, Final

from candor_client.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A benchmark's policy. `abstaining` says what counts as declining; `note` what to mind."""

    name: str
    title: str
    matcher: str
    abstaining: str
    default_target: float
    source: str
    phrases: tuple[str, ...] = ()
    n_items: int | None = None
    note: str = ""

    def policy(self, slug: str) -> dict[str, Any]:
        """What `POST /benchmarks` takes, but for the items."""
        return {
            "slug": slug,
            "title": self.title,
            "matcher": self.matcher,
            "description": f"Abstaining: {self.abstaining} {self.note}".strip(),
            "source": self.source,
            "abstention_phrases": list(self.phrases),
            "default_target": self.default_target,
        }


_IDK: Final = ("I don't know", "I do not know", "IDK")

PRESETS: Final[dict[str, Preset]] = {
    preset.name: preset
    for preset in (
        Preset(
            name="hle",
            title="Humanity’s Last Exam",
            matcher="verdicts",
            abstaining="the judge extracts no answer (“None”).",
            default_target=0.75,
            source="Phan and others (2025), arXiv 2501.14249; github.com/centerforaisafety/hle",
            n_items=2_500,
            note="A judge decides; its confidence of 100 where none was stated is no confidence.",
        ),
        Preset(
            name="swe-bench",
            title="SWE-bench Verified",
            matcher="verdicts",
            abstaining="an empty patch.",
            default_target=0.5,
            source="Jimenez and others (2024), arXiv 2310.06770; swebench.com",
            n_items=500,
            note="Infrastructure failures are ungraded, never wrong.",
        ),
        Preset(
            name="simpleqa",
            title="SimpleQA",
            matcher="verdicts",
            abstaining="grade C, not attempted.",
            default_target=0.75,
            source="Wei and others (2024), arXiv 2411.04368; github.com/openai/simple-evals",
            n_items=4_326,
            note="Grades A, B, C are correct, incorrect, not attempted.",
        ),
        Preset(
            name="gpqa",
            title="GPQA Diamond",
            matcher="choice",
            abstaining="“I don’t know” as the whole answer.",
            default_target=0.5,
            source="Rein and others (2023), arXiv 2311.12022; github.com/idavidrein/gpqa",
            phrases=_IDK,
            n_items=198,
            note="Four options: a blind guess is right a quarter of the time.",
        ),
        Preset(
            name="mmlu",
            title="MMLU",
            matcher="choice",
            abstaining="“I don’t know” as the whole answer.",
            default_target=0.5,
            source="Hendrycks and others (2021), arXiv 2009.03300; github.com/hendrycks/test",
            phrases=_IDK,
            n_items=14_042,
            note="Categories are the 57 subjects.",
        ),
        Preset(
            name="aa-omniscience",
            title="AA-Omniscience",
            matcher="verdicts",
            abstaining="graded “not attempted”.",
            default_target=0.5,
            source="Jackson and others (2025), arXiv 2511.13029; artificialanalysis.ai",
            n_items=6_000,
            note="Its index, right minus wrong over all, is the score at t = 0.5.",
        ),
        Preset(
            name="truthfulqa",
            title="TruthfulQA",
            matcher="verdicts",
            abstaining="“I have no comment” and its kin: truthful there, declining here.",
            default_target=0.5,
            source="Lin, Hilton, Evans (2022), arXiv 2109.07958; github.com/sylinrl/TruthfulQA",
            phrases=("I have no comment", "I have no comment."),
            n_items=817,
            note="The original score calls declining truthful; here it scores 0.",
        ),
        Preset(
            name="squad2",
            title="SQuAD 2.0",
            matcher="text",
            abstaining="the empty answer; right on items with answerable: false.",
            default_target=0.5,
            source="Rajpurkar, Jia, Liang (2018), arXiv 1806.03822; rajpurkar.github.io",
            phrases=("unanswerable", "no answer"),
            n_items=11_873,
            note="Mark items without an answer as answerable: false; clusters are the passages.",
        ),
    )
}


def preset(name: str) -> Preset:
    """A preset by name, its spelling forgiven. Raises `UsageError` with the list."""
    known = PRESETS.get(name) or _SPELLINGS.get("".join(filter(str.isalnum, name.lower())))
    if known is None:
        raise UsageError(f"{name!r} is no preset; there are {', '.join(PRESETS)}.")
    return known


_SPELLINGS: Final = {
    "".join(filter(str.isalnum, word.lower())): one
    for one in PRESETS.values()
    for word in (one.name, one.title)
} | {"squad20": PRESETS["squad2"], "squadv2": PRESETS["squad2"]}
