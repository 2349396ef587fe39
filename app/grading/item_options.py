"""The options of one item, prepared once to be named by many answers: by text or by letter."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, Protocol

from app.grading.folding import fold, without_end
from app.grading.lists import Members, readings
from app.grading.unwrapping import unwrapped


class NamedOptions(Protocol):
    """The options of an item under an edition of the grading rules."""

    def named(self, answer: str) -> int | None:
        """The 0-based option that an answer names; None where it names none or several."""


_LONGEST_LIST: Final = 1_000
"""Characters of an answer that is looked through for options."""

_LETTER: Final = re.compile(r"([A-Za-z])")
_LABELLED: Final = re.compile(
    r"(?:(?:the\s+)?(?:correct\s+|right\s+|best\s+)?(?:option|choice|answer|letter|alternative|"
    r"antwort|"
    r"auswahl|buchstabe|choix|lettre|réponse|opción|opcion|alternativa|letra|respuesta|opção|"
    r"opcao|resposta|"
    r"opzione|risposta|lettera|optie|antwoord|alternativ|svar|odpowiedź|opcja|вариант|ответ|"
    r"буква|варіант|відповідь|možnost|odpověď|seçenek|cevap|şık|الخيار|الإجابة|विकल्प|"
    r"उत्तर|lựa chọn|đáp án|pilihan|opsi|jawaban|ตัวเลือก|ข้อ|"
    r"lehetőség|vaihtoehto|varianta|επιλογή|אפשרות|گزینه)\s*[:#]?\s*|"
    r"(?:选项|選項|選択肢|答案|选择|選擇|보기|선택지|정답)\s*[:：]?\s*)?"
    r"(?:\(([A-Za-z])\)|\[([A-Za-z])\]|（([A-Za-z])）|([A-Za-z])\)|([A-Za-z]))\s*[.):：。]?(?:番|번)?",
    re.I,
)
_LETTER_FIRST: Final = re.compile(
    r"(?:(?:option|choice|answer|antwort|opción|opção|opzione|вариант|选项|選項)\s*)?"
    r"(?:\(([A-Za-z])\)|\[([A-Za-z])\]|([A-Za-z])\s*[).:：。、\-–—=|]|([A-Za-z])(?=\s))\s*(\S.*)",
    re.I | re.S,
)
_LETTER_LAST: Final = re.compile(
    r"(.*\S)\s*[(\[（](?:option\s+)?([A-Za-z])[)\]）][.]?", re.I | re.S
)


class ItemOptions:
    """Options under the present rules.

    The trimmed text is compared exactly first; the folded one names an option only where all that
    fold so are the same text. Equal texts are one option, under each of their letters.
    """

    __slots__ = ("_exact", "_folded", "_quick", "_steps", "_texts")

    def __init__(self, options: tuple[str, ...], steps: tuple[str, ...]) -> None:
        self._steps = steps
        self._texts = tuple(option.strip() for option in options)
        self._exact: dict[str, int] = {}
        self._folded: dict[str, int | None] = {}
        for position, text in enumerate(self._texts):
            self._exact.setdefault(text, position)
        # A text that is whole goes before one that only loses its punctuation.
        for shorten in (without_end, str):
            forms = [(shorten(fold(text)), position) for text, position in self._exact.items()]
            count = Counter(form for form, _ in forms)
            self._folded |= {
                form: position if count[form] == 1 else None for form, position in forms
            }
        self._quick = self._with_letters()

    def named(self, answer: str) -> int | None:
        """The first of the equal options that an answer names."""
        position = self._quick.get(answer)
        if position is not None:
            return position
        position = self._by_text(answer)
        if position is None:
            position = self._by_letter(answer.strip())
        if position is not None:
            return position
        for form in unwrapped(answer, self._steps):
            position = self._by_text(form)
            if position is None:
                position = self._by_letter(form)
            if position is not None:
                return position
        return None

    def several(self, answer: str) -> frozenset[int] | None:
        """The options that an answer lists; None where it cannot be read as a list of them."""
        if len(answer) > _LONGEST_LIST:
            return None
        for form in (answer, *unwrapped(answer, self._steps)):
            part = self.named(form)
            if part is not None:
                return frozenset({part})
            for members in self._lists(form):
                if len(members) > 2 * len(self._texts):
                    continue
                positions = [self.named(member) for member in members]
                if positions and None not in positions:
                    return frozenset(position for position in positions if position is not None)
        return None

    def _with_letters(self) -> dict[str, int]:
        """Options by their texts, and by their letters where no option reads like one: what most
        answers are, at the price of one look."""
        quick = dict(self._exact)
        for position, text in enumerate(self._texts[:26]):
            letter = chr(ord("a") + position)
            if letter not in self._folded:
                quick[letter] = quick[letter.upper()] = self._exact[text]
        return quick

    def _lists(self, text: str) -> Iterator[Members]:
        bare = text.strip()
        if re.fullmatch(r"[A-Z]{2,26}", bare) and len(set(bare)) == len(bare):
            yield tuple(bare)
        yield from readings(text)
        if re.fullmatch(r"[A-Za-z](?:\s+[A-Za-z])+", bare):
            yield tuple(bare.split())

    def _by_text(self, answer: str) -> int | None:
        position = self._exact.get(answer)
        if position is None:
            position = self._exact.get(answer.strip())
        if position is not None:
            return position
        folded = fold(answer)
        position = self._folded.get(folded)
        if position is None and folded not in self._folded and "period" in self._steps:
            position = self._folded.get(without_end(folded))
        return position

    def _by_letter(self, answer: str) -> int | None:
        answer = fold(answer) if not answer.isascii() and len(answer) < 40 else answer
        match = _LETTER.fullmatch(answer)
        if match is None and len(answer) <= 60 and "option-label" in self._steps:
            match = _LABELLED.fullmatch(answer)
        if match is not None:
            return self._at(next(part for part in match.groups() if part is not None))
        if "letter-with-text" not in self._steps:
            return None
        return self._with_text(answer)

    def _at(self, letter: str) -> int | None:
        position = ord(letter.lower()) - ord("a")
        return self._exact[self._texts[position]] if position < len(self._texts) else None

    def _with_text(self, answer: str) -> int | None:
        """A letter and a text that name the same option."""
        first, last = _LETTER_FIRST.fullmatch(answer), _LETTER_LAST.fullmatch(answer)
        pairs = []
        if first is not None:
            *letters, text = first.groups()
            pairs.append((next(part for part in letters if part is not None), text))
        if last is not None:
            pairs.append((last[2], last[1]))
        for letter, text in pairs:
            position = self._at(letter)
            if position is None:
                continue
            for form in (text, *unwrapped(text, self._steps)):
                if self._by_text(form) == position:
                    return position
        return None
