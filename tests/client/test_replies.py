"""Replies as models write them, in a dozen languages: what is read, and what is not guessed."""

import json
from pathlib import Path
from typing import Any

import pytest

import candor_client
from candor_client.prompts.replies import parse_reply

ANSWERED = [
    ("Answer: Lima\nAbstain: no\nConfidence: 95", "Lima", 0.95),
    ("Answer: Lima\nAbstain: No\nConfidence: 95%", "Lima", 0.95),
    ("**Answer:** Lima\n**Abstain:** no\n**Confidence:** 95%", "Lima", 0.95),
    ("**Answer**: Lima\n**Abstain**: no\n**Confidence**: 95 %", "Lima", 0.95),
    ("*Answer:* *Lima*\n*Abstain:* *no*\n*Confidence:* *95*", "Lima", 0.95),
    ("- Answer: Lima\n- Abstain: no\n- Confidence: 80", "Lima", 0.8),
    ("1. Answer: Lima\n2. Abstain: no\n3. Confidence: 80", "Lima", 0.8),
    ("### Answer: Lima\n### Abstain: no\n### Confidence: 80", "Lima", 0.8),
    ("> Answer: Lima\n> Abstain: no\n> Confidence: 80", "Lima", 0.8),
    ("```\nAnswer: Lima\nAbstain: no\nConfidence: 80\n```", "Lima", 0.8),
    ("`Answer:` Lima\n`Abstain:` no\n`Confidence:` 80", "Lima", 0.8),
    ("answer: lima\nabstain: NO\nconfidence: 80 percent", "lima", 0.8),
    ("ANSWER: LIMA\nABSTAIN: NO\nCONFIDENCE: 80", "LIMA", 0.8),
    ("Answer = Lima\nAbstain = no\nConfidence = 80", "Lima", 0.8),
    ("Answer : Lima\nAbstain : no\nConfidence : 80", "Lima", 0.8),
    ("Answer:\nLima\nAbstain: no\nConfidence: 80", "Lima", 0.8),
    ("Answer:\n\n**Lima**\n\nAbstain: no\n\nConfidence: 80", "Lima", 0.8),
    ("Answer: Lima\r\nAbstain: no\r\nConfidence: 80\r\n", "Lima", 0.8),
    ("Answer: Lima\nAbstain: no\nConfidence: 0.95", "Lima", 0.95),
    ("Answer: Lima\nAbstain: no\nConfidence: 0,95", "Lima", 0.95),
    ("Answer: Lima\nAbstain: no\nConfidence: 97,5 %", "Lima", 0.975),
    ("Answer: Lima\nAbstain: no\nConfidence: 97.5", "Lima", 0.975),
    ("Answer: Lima\nAbstain: no\nConfidence: 1.0", "Lima", 1.0),
    ("Answer: Lima\nAbstain: no\nConfidence: 1", "Lima", 0.01),
    ("Answer: Lima\nAbstain: no\nConfidence: 0", "Lima", 0.0),
    ("Answer: Lima\nAbstain: no\nConfidence: 100", "Lima", 1.0),
    ("Answer: Lima\nAbstain: no\nConfidence: 90-95%", "Lima", 0.925),
    ("Answer: Lima\nAbstain: no\nConfidence: 90 – 95", "Lima", 0.925),
    ("Answer: Lima\nAbstain: no\nConfidence: between 60 and 70 %", "Lima", 0.65),
    ("Answer: Lima\nAbstain: no\nConfidence: 0.6 to 0.8", "Lima", 0.7),
    ("Answer: Lima\nAbstain: no\nConfidence: 85/100", "Lima", 0.85),
    ("Answer: Lima\nAbstain: no\nConfidence: 9/10", "Lima", 0.9),
    ("Answer: Lima\nAbstain: no\nConfidence: ~90%", "Lima", 0.9),
    ("Answer: Lima\nAbstain: no\nConfidence: about 90% (well documented)", "Lima", 0.9),
    ("Answer: Lima\nAbstain: no\nConfidence (0-100): 90", "Lima", 0.9),
    ("Answer: Lima\nAbstain: no, I am fairly sure\nConfidence: 90", "Lima", 0.9),
    ("Answer: Lima\nConfidence: 90", "Lima", 0.9),
    ("Answer: Lima\nAbstain: no", "Lima", None),
    ("Answer: Lima", "Lima", None),
    ("Confidence: 90\nAbstain: no\nAnswer: Lima", "Lima", 0.9),
    ("Final Answer: Lima\nAbstain: no\nConfidence: 70", "Lima", 0.7),
    ("Answer: $\\boxed{42}$\nAbstain: no\nConfidence: 99", "42", 0.99),
    ("Answer: 12:30\nAbstain: no\nConfidence: 99", "12:30", 0.99),
    ("Answer: (B) 3*4\nAbstain: no\nConfidence: 99", "(B) 3*4", 0.99),
    ('Answer: ["red", "blue"]\nAbstain: no\nConfidence: 55', '["red", "blue"]', 0.55),
    ("Answer: unknown\nAbstain: no\nConfidence: 55", "unknown", 0.55),
    ("Answer: No\nAbstain: no\nConfidence: 55", "No", 0.55),
    (
        (
            "Let me think. Peru lies in South America.\nIts capital is Lima.\n\n"
            "Answer: Lima\nAbstain: no\nConfidence: 98"
        ),
        "Lima",
        0.98,
    ),
    (
        (
            "Answer: Cusco? No, that was the Inca capital.\nLet me start over.\n"
            "Answer: Lima\nAbstain: no\nConfidence: 96"
        ),
        "Lima",
        0.96,
    ),
    (
        (
            "Answer: Cusco\nAbstain: no\nConfidence: 40\n\nOn reflection:\n\n"
            "Answer: Lima\nAbstain: no\nConfidence: 88"
        ),
        "Lima",
        0.88,
    ),
    (
        (
            "<think>\nAnswer: Cusco\nAbstain: yes\nConfidence: 3\n</think>\n"
            "Answer: Lima\nAbstain: no\nConfidence: 88"
        ),
        "Lima",
        0.88,
    ),
    ("Antwort: Lima\nEnthaltung: nein\nKonfidenz: 97,5 %", "Lima", 0.975),
    ("Réponse : Lima\nAbstention : non\nConfiance : 80 %", "Lima", 0.8),
    ("Respuesta: Lima\nAbstención: no\nConfianza: 80 %", "Lima", 0.8),
    ("Resposta: Lima\nAbstenção: não\nConfiança: 80%", "Lima", 0.8),
    ("Risposta: Lima\nAstensione: no\nFiducia: 80%", "Lima", 0.8),
    ("Ответ: Лима\nВоздержание: нет\nУверенность: 80 %", "Лима", 0.8),
    ("答案：利马\n弃权：否\n置信度：80%", "利马", 0.8),
    ("回答：リマ\n棄権：いいえ\n確信度：８０％", "リマ", 0.8),
    ("답변: 리마\n기권: 아니요\n신뢰도: 80%", "리마", 0.8),
    ("الإجابة: ليما\nامتناع: لا\nالثقة: 80٪", "ليما", 0.8),
    ("उत्तर: लीमा\nविरत: नहीं\nविश्वास: 80%", "लीमा", 0.8),
    ("Cevap: Lima\nÇekimser: hayır\nGüven: 80", "Lima", 0.8),
    ("Odpowiedź: Lima\nWstrzymanie się: nie\nPewność: 80%", "Lima", 0.8),
    ("Antwoord: Lima\nOnthouding: nee\nVertrouwen: 80%", "Lima", 0.8),
]
ABSTAINED = [
    ("Answer:\nAbstain: yes\nConfidence: 20", 0.2),
    ("Answer: \nAbstain: Yes.\nConfidence: 20%", 0.2),
    ("**Answer:**\n**Abstain:** yes\n**Confidence:** 0", 0.0),
    ("Answer: Lima\nAbstain: yes\nConfidence: 35", 0.35),
    ("Answer: N/A\nAbstain: yes\nConfidence: N/A", None),
    ("Answer: -\nAbstain: yes, I am not sure enough\nConfidence: 10", 0.1),
    ("Abstain: yes\nConfidence: 10", 0.1),
    ("Abstain: yes", None),
    ("Answer: I don’t know", None),
    ("Answer: I don't know.\nConfidence: 5", 0.05),
    ("Antwort:\nEnthaltung: ja\nSicherheit: 5 %", 0.05),
    ("Réponse : je ne sais pas\nAbstention : oui\nConfiance : 5", 0.05),
    ("答案：\n弃权：是\n置信度：5%", 0.05),
    ("回答：わかりません\n棄権：はい\n確信度：5", 0.05),
    ("<think>Answer: Lima</think>\nAnswer:\nAbstain: yes\nConfidence: 5", 0.05),
]
UNREADABLE = [
    "",
    "Lima",
    "The capital of Peru is Lima, I am 95% sure.",
    "I cannot help with that request.",
    "I don't know",
    "Answer:\nAbstain: no\nConfidence: 90",
    "Answer:\nConfidence: 90",
    "Abstain: no\nConfidence: 90",
    "Confidence: 90",
    "Answer: Lima\nAbstain: maybe\nConfidence: 90",
    "Answer: I don't know\nAbstain: no\nConfidence: 90",
    "Answer: Lima? Let me see.\nAbstain: no\nConfidence: 40\nWait.\nAnswer:",
]
HALF_READABLE = [
    "Answer: Lima\nAbstain: no\nConfidence: high",
    "Answer: Lima\nAbstain: no\nConfidence: 120%",
    "Answer: Lima\nAbstain: no\nConfidence: -5",
]


@pytest.mark.parametrize(("text", "answer", "confidence"), ANSWERED)
def test_an_answer_is_read(text: str, answer: str, confidence: float | None) -> None:
    reply = parse_reply(text)
    assert reply.problem is None
    assert (reply.answer, reply.abstained) == (answer, False)
    assert reply.confidence == pytest.approx(confidence, abs=1e-12)


@pytest.mark.parametrize(("text", "confidence"), ABSTAINED)
def test_an_abstention_is_read(text: str, confidence: float | None) -> None:
    reply = parse_reply(text)
    assert reply.problem is None
    assert (reply.answer, reply.abstained) == (None, True)
    assert reply.confidence == pytest.approx(confidence, abs=1e-12)
    assert reply.row("q1")["abstained"] is True


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_never_an_abstention(text: str) -> None:
    reply = parse_reply(text)
    assert reply.problem
    assert not reply.abstained
    assert reply.row("q1") == {"item": "q1", "abstained": False}
    assert reply.row("q1", sample=2, unreadable="ungraded") == {
        "item": "q1",
        "sample": 2,
        "status": "ungraded",
    }


@pytest.mark.parametrize("text", HALF_READABLE)
def test_an_unreadable_confidence_is_said_and_the_answer_stands(text: str) -> None:
    reply = parse_reply(text)
    assert reply.problem == "the Confidence line holds no number from 0 to 100"
    assert reply.row("q1") == {"item": "q1", "answer": "Lima"}


def test_another_policy_is_refused() -> None:
    with pytest.raises(candor_client.UsageError):
        parse_reply("").row("q1", unreadable="abstained")  # type: ignore[arg-type]


WHOLE = json.loads(
    (Path(__file__).parents[1] / "data" / "replies" / "whole.json").read_text("utf-8")
)
FORMS = [(kind, *row) for kind, rows in WHOLE.items() for row in rows]


@pytest.mark.parametrize(("kind", "text", "answer", "abstained", "confidence"), FORMS)
def test_other_forms_are_read_as_a_reader_reads_them(
    kind: str, text: str, answer: str | None, abstained: bool, confidence: float | None
) -> None:
    reply = parse_reply(text)
    assert (reply.answer, reply.abstained) == (answer, abstained), kind
    assert reply.confidence == pytest.approx(confidence, abs=1e-12)


CASES = Path(__file__).parents[3] / "shared" / "cases" / "replies-and-rows"
REVIEWED = [
    (file.stem, case)
    for kind in ("16", "17", "18", "19", "20", "21")
    for file in sorted(CASES.glob(f"{kind}-*.json"))
    for case in json.loads(file.read_text("utf-8"))["cases"]
]


@pytest.mark.skipif(not REVIEWED, reason="the review's cases are not beside the checkout")
@pytest.mark.parametrize(("name", "case"), REVIEWED)
def test_the_replies_of_a_review(name: str, case: Any) -> None:
    reply = parse_reply(case["reply"])
    for field, wanted in case["right"].items():
        said = getattr(reply, field)
        assert said == (pytest.approx(wanted) if isinstance(wanted, float) else wanted), name


HOSTILE = [
    "{" * 100_000,
    '{"answer": ' * 5_000,
    "[" * 100_000,
    "Answer: " * 20_000,
    "<think>" * 9_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_hostile_replies_end(text: str) -> None:
    assert parse_reply(text).confidence is None
