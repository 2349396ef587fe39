"""Letter counts: "How many r are in strawberry?", answered by a dozen simulated respondents.

Questions and answers are made by code. A respondent knows each answer with a chance that falls
with the length of the word; what sets the dozen apart is how much they know, what they say about
it, and whether they abstain when they should. Seeded, so that every installation shows the
same board. No respondent is a real model.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.demo.bundle import Bundle, digest_of, item_columns
from app.grading.responses import Verdict
from app.intake.columns import PredictionColumns, prediction_columns
from app.intake.rows import confidence_units
from app.services.benchmarks.publish import NewBenchmark
from app.services.board.schemas import Model
from app.services.submissions.submit import NewSubmission

SEED: Final = 20_250_904

WORDS: Final = """
strawberry banana mississippi parallel committee bookkeeper raspberry broccoli embarrass
accommodate millennium possession successful tomorrow necessary assassin balloon beginning
cinnamon coffee cappuccino tennessee massachusetts connecticut philadelphia albuquerque
onomatopoeia rhythm queue syzygy pneumonia rhododendron chrysanthemum hippopotamus rhinoceros
alligator crocodile caterpillar butterfly dragonfly grasshopper woodpecker nightingale kangaroo
orangutan chimpanzee armadillo salamander barracuda anaconda tarantula mosquito umbrella
lighthouse watermelon pomegranate grapefruit pineapple artichoke asparagus zucchini cauliflower
peppermint gingerbread marshmallow chocolate vanilla caramel blueberry cranberry electricity
refrigerator calculator thermometer barometer telescope microscope helicopter submarine
locomotive motorcycle automobile skyscraper cathedral university laboratory encyclopedia
dictionary thesaurus vocabulary literature philosophy psychology archaeology
""".split()  # noqa: SIM905  a list of ninety quoted words reads worse

LETTERS: Final = "aeorstlnmc"
_QUESTIONS_A_WORD: Final = 5


@dataclass(frozen=True, slots=True)
class Respondent:
    """One simulated respondent.

    `skill` sets how often it is right; `boast` is added to the log-odds it states; `silence` is
    the own chance below which it says "I don't know" (0: never); `voiced` whether it states a
    confidence at all.
    """

    name: str
    organisation: str
    tags: tuple[str, ...]
    skill: float
    boast: float
    silence: float
    voiced: bool = True


RESPONDENTS: Final = (
    Respondent("Brass Trumpet XL", "Fanfare Labs", ("reasoning",), 1.75, 3.5, 0.0),
    Respondent("Quill", "Plain Dealing", ("reasoning",), 1.45, 0.0, 0.72),
    Respondent("Quill mini", "Plain Dealing", ("open weights",), 0.75, 0.1, 0.70),
    Respondent("Magpie 2", "Hedgerow", ("open weights",), 1.55, 1.2, 0.20),
    Respondent("Barn Owl", "Hedgerow", ("reasoning",), 1.10, 0.0, 0.78),
    Respondent("Tollgate 70B", "Turnpike", ("open weights",), 1.25, 1.6, 0.0),
    Respondent("Tollgate 8B", "Turnpike", ("open weights",), 0.35, 2.2, 0.0),
    Respondent("Lodestar", "Meridian Works", ("reasoning",), 1.60, 0.4, 0.45),
    Respondent("Lodestar nano", "Meridian Works", (), 0.20, 0.6, 0.50),
    Respondent("Carnival", "Fanfare Labs", (), 0.95, 3.0, 0.0),
    Respondent("Dry Stone", "Kerb & Wall", ("open weights",), 0.55, -0.2, 0.80),
    Respondent("Mute Swan", "Kerb & Wall", (), 1.20, 0.0, 0.30, voiced=False),
)


def letter_counts() -> Bundle:
    """The benchmark with its dozen submissions."""
    questions = _questions()
    keys = [f"{word}-{letter}" for word, letter, _ in questions]
    truth = np.asarray([count for _, _, count in questions])
    chance = _difficulty(questions)
    return Bundle(
        benchmark=NewBenchmark(
            slug="letter-counts",
            title="Letter counts",
            description=(
                "How often does a letter stand in a word? Questions and answers are made by code; "
                "the respondents are simulated and differ in skill and honesty."
            ),
            source="made by Candor for demonstration",
            matcher="number",
            abstention_phrases=("I don't know",),
            demo=True,
        ),
        items=item_columns(
            keys,
            questions=[f"How many {letter} are in {word}?" for word, letter, _ in questions],
            accepted=[[str(count)] for count in truth],
            categories=[_length_class(word) for word, _, _ in questions],
        ),
        submissions=[
            (_who(respondent), _answers(respondent, keys, truth, chance, number))
            for number, respondent in enumerate(RESPONDENTS)
        ],
    )


def _questions() -> list[tuple[str, str, int]]:
    """Word, letter and count: per word the letters it has, then one that it has not."""
    questions = []
    for word in WORDS:
        present = [letter for letter in LETTERS if letter in word]
        absent = [letter for letter in LETTERS if letter not in word]
        asked = present[: _QUESTIONS_A_WORD - 1] + absent[:1]
        questions += [(word, letter, word.count(letter)) for letter in asked]
    return questions


def _difficulty(questions: list[tuple[str, str, int]]) -> NDArray[np.float64]:
    """Log-odds to take off a respondent's skill: long words and repeated letters are hard."""
    return np.asarray([0.22 * (len(word) - 8) + 0.9 * max(n - 1, 0) for word, _, n in questions])


def _length_class(word: str) -> str:
    return "short words" if len(word) <= 8 else "long words" if len(word) > 11 else "medium words"


def _who(respondent: Respondent) -> NewSubmission:
    return NewSubmission(
        model=Model(
            respondent.name, None, None, respondent.organisation, (*respondent.tags, "simulated")
        ),
        confidence_source="stated" if respondent.voiced else None,
        run={"simulated": True, "seed": SEED},
    )


def _answers(
    respondent: Respondent,
    keys: list[str],
    truth: NDArray[np.int64],
    difficulty: NDArray[np.float64],
    number: int,
) -> PredictionColumns:
    generator = np.random.Generator(np.random.Philox(key=SEED + number))
    n = len(keys)
    insight = generator.normal(0, 1.0, n)
    odds = respondent.skill + insight - difficulty
    chance = 1 / (1 + np.exp(-odds))
    right = generator.random(n) < chance
    slips = np.where(truth == 0, 1, generator.choice((-1, 1), n))
    counts = np.where(right, truth, truth + slips)
    stated = 1 / (1 + np.exp(-(odds + respondent.boast)))
    # People and models speak in round numbers.
    shares = np.clip(np.round(stated * 20) / 20, 0.05, 1.0)
    silent = chance < respondent.silence
    answers = [None if quiet else str(count) for quiet, count in zip(silent, counts, strict=True)]
    confidence = confidence_units(shares if respondent.voiced else np.full(n, np.nan))
    return prediction_columns(
        item=keys,
        answer=answers,
        confidence=confidence,
        verdict=np.where(silent, Verdict.ABSTAINED, Verdict.NONE).astype(np.int16),
        digest=digest_of(respondent.name, answers),
    )
