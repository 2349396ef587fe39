"""Every word of the lists can be read, in any case, and server and client read the same phrases."""

from pathlib import Path

import pytest

from app.grading import abstentions as of_server
from app.grading.answer_frames import LABELS
from app.grading.declining import listed_phrase
from candor_client.prompts import abstentions as of_client
from candor_client.prompts.declining import declines
from candor_client.prompts.replies import parse_reply
from candor_client.prompts.reply_words import (
    ABSTAIN,
    ANSWER,
    BLANK,
    CONFIDENCE,
    NO,
    UNDECIDED,
    YES,
    folded,
)

PHRASES = [phrase for words in of_client.PHRASES.values() for phrase in words.split("|")]


def spellings(word: str) -> set[str]:
    return {word, word.upper(), word.capitalize(), f"**{word}**"}


@pytest.mark.parametrize("word", sorted(ANSWER))
def test_every_name_of_an_answer(word: str) -> None:
    for label in spellings(word):
        assert parse_reply(f"{label}: Lima").answer == "Lima", label
        assert parse_reply(f"{label}： Lima").answer == "Lima", label


@pytest.mark.parametrize("word", sorted(ABSTAIN))
def test_every_name_of_an_abstention(word: str) -> None:
    for label in spellings(word):
        assert parse_reply(f"Answer: Lima\n{label}: yes").abstained, label


@pytest.mark.parametrize("word", sorted(CONFIDENCE))
def test_every_name_of_a_confidence(word: str) -> None:
    for label in spellings(word):
        assert parse_reply(f"Answer: Lima\n{label}: 90 %").confidence == 0.9, label


@pytest.mark.parametrize("word", sorted(YES))
def test_every_yes(word: str) -> None:
    for value in spellings(word):
        assert parse_reply(f"Answer: Lima\nAbstain: {value}").abstained, value


@pytest.mark.parametrize("word", sorted(NO))
def test_every_no(word: str) -> None:
    for value in spellings(word):
        reply = parse_reply(f"Answer: Lima\nAbstain: {value}")
        assert (reply.answer, reply.abstained, reply.problem) == ("Lima", False, None), value


@pytest.mark.parametrize("word", sorted(UNDECIDED))
def test_every_word_that_decides_nothing(word: str) -> None:
    assert parse_reply(f"Answer: Lima\nAbstain: {word}").problem


@pytest.mark.parametrize("word", sorted(BLANK))
def test_every_blank(word: str) -> None:
    assert parse_reply(f"Answer: {word}\nAbstain: no").answer is None


def test_no_word_says_two_things() -> None:
    lists = {"yes": YES, "no": NO, "undecided": UNDECIDED}
    said = [(folded(word), name) for name, words in lists.items() for word in words]
    twice = {word for word, _ in said if len({name for one, name in said if one == word}) > 1}
    assert not twice
    labels = [{folded(word) for word in words} for words in (ANSWER, ABSTAIN, CONFIDENCE)]
    assert sum(map(len, labels)) == len(set().union(*labels))


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_phrase_declines_on_both_sides(phrase: str) -> None:
    for text in (phrase, phrase.upper(), phrase.replace("'", "’"), f"  {phrase}. ", f'"{phrase}"'):
        assert declines(text), text
        assert listed_phrase(text), text
    assert parse_reply(f"Answer: {phrase}").abstained


def test_server_and_client_have_one_list() -> None:
    files = [Path(str(module.__file__)).read_bytes() for module in (of_server, of_client)]
    assert files[0] == files[1], (
        "copy app/grading/abstentions.py to client/src/candor_client/prompts/"
    )
    assert len(of_client.PHRASES) >= 30
    assert (
        len(PHRASES) == len(set(PHRASES))
        or {phrase for phrase in PHRASES if PHRASES.count(phrase) > 1} <= _shared()
    )


def _shared() -> set[str]:
    """Phrases that several languages have alike."""
    seen: dict[str, set[str]] = {}
    for language, words in of_client.PHRASES.items():
        for phrase in words.split("|"):
            seen.setdefault(phrase, set()).add(language)
    return {phrase for phrase, languages in seen.items() if len(languages) > 1}


ALIKE = [
    "I'm sorry, but I don't know the answer to this question.",
    "Es tut mir leid, aber ich weiß es nicht.",
    "申し訳ありませんが、わかりません。",
    "Unfortunately, I cannot answer that.",
    "Unknown Pleasures",
    "No answer, no problem",
    "None",
    "no",
    "Lima",
    "",
    "The answer cannot be determined from the given information.",
    "Désolé, je ne sais pas.",
    "I don't know, maybe Lima",
    "Who Knows Where the Time Goes?",
    "아쉽지만 리마",
    "죄송하지만 모르겠습니다.",
    "很抱歉，我不知道。",
    "ฉันไม่ทราบคำตอบครับ",
]


@pytest.mark.parametrize("text", ALIKE)
def test_server_and_client_agree(text: str) -> None:
    assert declines(text) == (listed_phrase(text) is not None)


def test_the_server_takes_every_name_of_an_answer_for_a_frame() -> None:
    assert set(LABELS.split("|")) >= ANSWER, "LABELS of app/grading/answer_frames.py"
