"""Sentences that a model puts around an answer: "The answer is Lima", "Answer: Lima", "答案是利马".

What stands before an answer is compared folded; of a frame that is a name alone ("answer") a colon
or an equals sign must follow.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_LONGEST: Final = 120
"""Characters in which a frame that begins an answer ends."""

LABELS: Final = (
    "answer|final answer|the answer|my answer|the final answer|my final answer|correct answer|"
    "the correct answer|response|solution|result|ans|réponse|réponse finale|la réponse|"
    "antwort|die antwort|endgültige antwort|lösung|respuesta|respuesta final|la respuesta|"
    "resposta|resposta final|a resposta|risposta|risposta finale|la risposta|odpowiedź|"
    "odpowiedź końcowa|odpověď|odpoveď|ответ|окончательный ответ|відповідь|остаточна "
    "відповідь|答案|最终答案|最終答案|回答|最終回答|答え|最終的な答え|解答|답변|답|정답|최종 "
    "답변|최종 답|الإجابة|الجواب|الإجابة النهائية|उत्तर|अंतिम उत्तर|जवाब|উত্তর|cevap|yanıt|"
    "son cevap|antwoord|het antwoord|svar|slutligt svar|endeligt svar|svaret|vastaus|"
    "lopullinen vastaus|válasz|a válasz|végső válasz|răspuns|răspunsul|απάντηση|τελική "
    "απάντηση|תשובה|התשובה|câu trả lời|đáp án|trả lời|คำตอบ|jawaban|jawapan|پاسخ|جواب|отговор|"
    "одговор|odgovor|vastus|atbilde|atsakymas|jibu|sagot|பதில்|సమాధానం|ਜਵਾਬ"
)
"""Names of an answer; those of the client's `parse_reply` are among them (a test holds it)."""

_SENTENCES: Final = (
    "the answer is|the answer to the question is|the answer to this question is|answer is|the "
    "final answer is|final answer is|my answer is|my final answer is|the correct answer is|"
    "the right answer is|correct answer is|the best answer is|the correct option is|the "
    "correct choice is|the solution is|the result is|the answer would be|the answer should be|"
    "the answer must be|it is|it's|that is|that's|that would be|this is|it was|it would be|i "
    "think it is|i think it's|i think the answer is|i believe it is|i believe it's|i believe "
    "the answer is|i would say|i'd say|i say|i choose|i'd choose|i would choose|i pick|i'd go "
    "with|i would go with|la réponse est|la réponse finale est|la bonne réponse est|ma "
    "réponse est|c'est|il s'agit de|die antwort ist|die antwort lautet|die richtige antwort "
    "ist|die richtige antwort lautet|meine antwort ist|meine antwort lautet|es ist|das ist|la "
    "respuesta es|la respuesta correcta es|la respuesta final es|mi respuesta es|a resposta é|"
    "a resposta correta é|a resposta final é|minha resposta é|la risposta è|la risposta "
    "corretta è|la risposta finale è|la mia risposta è|odpowiedź to|odpowiedzią jest|"
    "prawidłowa odpowiedź to|poprawna odpowiedź to|odpověď je|správná odpověď je|odpoveď je|"
    "ответ -|правильный ответ -|это|відповідь -|правильна відповідь -|це|答案是|答案为|答案為|"
    "最终答案是|最終答案是|正确答案是|正確答案是|我的答案是|答えは|正解は|最終的な答えは|"
    "回答は|답은|정답은|최종 답은|최종 답변은|الإجابة هي|الجواب هو|الإجابة الصحيحة هي|उत्तर "
    "है|सही उत्तर है|het antwoord is|het juiste antwoord is|mijn antwoord is|svaret är|rätt "
    "svar är|mitt svar är|svaret er|det riktige svaret er|det rigtige svar er|vastaus on|"
    "oikea vastaus on|a válasz|a helyes válasz|răspunsul este|răspunsul corect este|η "
    "απάντηση είναι|η σωστή απάντηση είναι|התשובה היא|התשובה הנכונה היא|câu trả lời là|đáp án "
    "là|đáp án đúng là|คำตอบคือ|คำตอบที่ถูกต้องคือ|jawabannya adalah|jawaban yang benar "
    "adalah|jawapannya ialah|پاسخ این است که|پاسخ|отговорът е|одговор је|odgovor je|jibu ni|"
    "ang sagot ay"
)
_LEADS: Final = (
    "so|therefore|thus|hence|then|well|okay|ok|sure|donc|also|daher|entonces|por lo tanto|"
    "portanto|quindi|dunque|więc|dus|因此|所以|したがって|따라서"
)
_TAILS: Final = (
    " is the answer| is the correct answer| is the final answer| is the right answer| is my "
    "answer| is my final answer| is correct| ist die antwort| ist die richtige antwort| est "
    "la réponse| est la bonne réponse| es la respuesta| es la respuesta correcta| é a "
    "resposta| é a resposta correta| è la risposta| è la risposta corretta| is het antwoord| "
    "är svaret| er svaret"
)
_AFTER_SENTENCES: Final = ("です", "だ", "である", "입니다", "이다", "예요", "이에요", " है", " हैं")
"""Verbs at the end of a sentence that a frame began; after a label too."""


_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("\u2019\u2018\u02bc", "'"),
        **dict.fromkeys("\u2013\u2014", "-"),
        **dict.fromkeys("\u00a0\u202f", " "),
        "\uff1a": ":",
        "\uff1d": "=",
        "\uff0c": ",",
    }
)


def _plain(text: str) -> str:
    """A text in lower case with common signs, each character in its place."""
    spelled = text if text.isascii() else text.translate(_ALIKE)
    lower = spelled.lower()
    if len(lower) == len(text):
        return lower
    return "".join(part.lower() if len(part.lower()) == 1 else part for part in spelled)


def _list(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_plain(word) for word in words.split("|")))


@lru_cache(maxsize=1)
def _starts() -> dict[str, frozenset[str]]:
    """First words of frames (or their first two characters where words have no blanks between
    them), each with the words that may come next; none where it may end there."""
    following: dict[str, set[str]] = {}
    for text in (*_list(LABELS), *_list(_SENTENCES), *_list(_LEADS)):
        first, *more = text.split()
        following.setdefault(first, set()).add(more[0] if more else "")
        if _is_dense(text) or text[0] >= "\uac00":
            following.setdefault(text[:2], set()).add("")
    return {
        first: frozenset() if "" in words else frozenset(words)
        for first, words in following.items()
    }


@lru_cache(maxsize=1)
def _ends() -> frozenset[str]:
    """Last words of frames."""
    return frozenset(text.split()[-1] for text in _TAILS.split("|"))


def _alternatives(texts: Iterable[str]) -> str:
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


@lru_cache(maxsize=1)
def _frame() -> re.Pattern[str]:
    lead = rf"(?:(?:{_alternatives(_list(_LEADS))})\s*[,，、:]?\s*)?"
    name = f"(?:{_alternatives(_list(LABELS))})"
    label = rf"(?:{name}\s*[:=]|\*\*{name}\s*[:=]\s*\*\*|\*\*{name}\*\*\s*[:=])"
    spaced = [text for text in _list(_SENTENCES) if not _is_dense(text)]
    dense = [text for text in _list(_SENTENCES) if _is_dense(text)]
    sentence = rf"(?:{_alternatives(spaced)})(?:\s*:\s*|\s+)|(?:{_alternatives(dense)})\s*:?"
    return re.compile(rf"{lead}(?:{label}|{sentence})\s*(?=\S)")


def _is_dense(text: str) -> bool:
    """Whether a script writes words without blanks between them."""
    return text[-1] >= "\u0e00" and not ("\uac00" <= text[-1] <= "\ud7a3" and text.endswith("은 "))


_TAIL: Final = re.compile(rf"(.+?)(?:{_alternatives(_TAILS.split('|'))})[.!。]?", re.S | re.I)
_ASSIGNED: Final = re.compile(r"(?:[A-Za-z]\s*)?[=＝≈]\s*(?=[^=\s])(.+)", re.S)


_FIRST: Final = re.compile(r"[*\s]*([^\s:,=*]+)\s*([^\s:,=*]*)")
_LAST: Final = re.compile(r"(\S+?)[.!。*]*$")


def may_be_framed(text: str) -> bool:
    """A quick look: whether a text begins or ends like a frame, or assigns."""
    first = _FIRST.match(_plain(text[:40]))
    if first is not None:
        following = _starts().get(first[1])
        if following is not None and (not following or first[2] in following):
            return True
        if first[1][:2] in _starts():
            return True
    last = _LAST.search(text[-24:])
    return "=" in text or "≈" in text or (last is not None and last[1].casefold() in _ends())


def without_frame(text: str) -> str:
    """A text without the sentence around it, in its own spelling; itself where there is none."""
    if not may_be_framed(text):
        return text
    match = _cut(text)
    if match is not None:
        return match
    tail = _TAIL.fullmatch(text) if text[-1] not in ")]}" else None
    if tail is not None:
        return tail[1]
    assigned = _ASSIGNED.fullmatch(text)
    return text if assigned is None else assigned[1]


def _cut(text: str) -> str | None:
    """Where a frame begins the text: what follows, in its own spelling."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    match = _frame().match(_plain(composed[:_LONGEST]))
    if match is None:
        return None
    inner = composed[match.end() :]
    bare = inner.rstrip(".。!！ ")
    for verb in _AFTER_SENTENCES:
        if bare.endswith(verb) and len(bare) > len(verb):
            return bare[: -len(verb)]
    return inner
