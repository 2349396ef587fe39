"""Detection of abstentions: declared phrases count, lookalikes only give a warning."""

import re
from typing import Final

from app.grading.normalise import normalise_text

_LOOKALIKE: Final = re.compile(
    r"(i (really )?(do not|don't|dont) know|i'm not sure|i am not sure|idk|unknown|not sure"
    r"|cannot (answer|say|determine)|can't (answer|say|determine)|no answer|n/a|i cannot answer"
    r"|(ich )?wei(ß|ss) (ich )?(es )?nicht|je ne sais pas|no (lo )?sé|non (lo )?so|nevím"
    r"|não sei|nie wiem|не знаю|不知道|我不知道|わかりません|모르겠습니다)([ ,].*)?",
)


def phrases_of(declared: tuple[str, ...]) -> frozenset[str]:
    """Declared abstention phrases as they are compared: the whole answer, text-normalised."""
    return frozenset(normalise_text(phrase) for phrase in declared)


def looks_like_abstention(answer: str) -> bool:
    """Whether an answer reads like "I don't know" in one of a dozen languages: a warning only."""
    if len(answer) > 80:
        return False
    plain = normalise_text(answer).replace("\u2019", "'")
    return _LOOKALIKE.fullmatch(plain) is not None
