"""Answers in the words of declining: the whole answer, never a part of it.

The list of phrases is that of `parse_reply`; here are the patterns that judges write beside it,
such as "Unable to determine from the text".
"""

import re
from typing import Final

from candor_client.prompts.declining import declines as is_phrase

_SAME: Final = str.maketrans({"’": "'", "ʼ": "'", "´": "'", "`": "'"})
_SUBJECT: Final = r"(?:i(?:'m| am)? |we (?:are )?|it is |the answer (?:is )?)?"
_PATTERN: Final = re.compile(
    rf"(?:i'm sorry,? (?:but )?)?{_SUBJECT}"
    r"(?:(?:unable|not able|impossible) to (?:tell|say|determine|answer|know|find|identify)"
    r"|(?:can ?not|can't|could not|couldn't) (?:be )?"
    r"(?:tell|say|determined?|answer(?:ed)?|know|identif(?:y|ied))"
    r"|(?:do not|don't|does not|doesn't) know"
    r"|not sure|unsure|unknown|no answer(?: (?:given|provided|found))?|idk"
    r"|not (?:enough|sufficient) information|insufficient information)"
    r"(?: (?:from|without|with|based on|given|the answer|for sure|this|that|because|due)\b.*)?",
    re.DOTALL,
)


def declines(answer: str) -> bool:
    """Whether an answer as a whole says that the model does not know or will not say."""
    text = " ".join(answer.translate(_SAME).split()).strip(" .!*_\"'“”").casefold()
    return is_phrase(answer) or _PATTERN.fullmatch(text) is not None
