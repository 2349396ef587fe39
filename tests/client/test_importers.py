"""Our own rows, as lines, lists, documents and tables: forgiving headers, exact meaning."""

import json
from pathlib import Path

import pytest

from candor_client import importers
from candor_client.importers import Options
from candor_client.importers.reading.values import judged
from candor_client.record import Imported, ImportProblem


def one(path: Path, **wishes: object) -> Imported:
    """The only thing that a file holds."""
    (found,) = importers.read(path, options=Options(**wishes))  # type: ignore[arg-type]
    return found


def write(folder: Path, name: str, text: str) -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def lines(*rows: object) -> str:
    """JSON lines."""
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"


def test_json_lines_with_answers_are_left_for_the_server_to_grade(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "answers.txt",
        lines(
            {"item": "q/1 №", "answer": "Lima", "confidence": 0.87},
            {"item": "q2", "answer": None, "confidence": 0.32},
            {"item": "q3", "answer": "", "abstained": False},
            {"item": "q4", "status": "ungraded"},
        ),
    )
    found = one(path)
    assert importers.detect(path) == "candor"
    assert found.graded == "here"
    assert found.to_grade == 2
    assert found.counts["abstained"] == 1
    assert found.api_rows() == [
        {"item": "q/1 №", "confidence": 0.87, "answer": "Lima"},
        {"item": "q2", "confidence": 0.32, "abstained": True},
        {"item": "q3", "abstained": False},
        {"item": "q4", "status": "ungraded"},
    ]


def test_a_table_with_other_headers_and_percentages(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "grades",
        "\ufeffQuestion ID;Model Answer;Conf;Is Correct;Model\n"
        "q1;Lima;85%;true;a\nq2;Nairobi;1;0;a\nq3;;;not attempted;a\nq1;Riga;40;yes;b\n",
    )
    first, second = importers.read(path)
    assert (first.model, second.model) == ("a", "b")
    assert first.counts == {
        "correct": 1,
        "wrong": 1,
        "partial": 0,
        "abstained": 1,
        "missing": 0,
        "ungraded": 0,
    }
    assert [row.confidence for row in first.rows] == [0.85, 0.01, None]
    assert any("percentages" in warning for warning in first.warnings)


@pytest.mark.parametrize(
    ("grades", "outcomes"),
    [
        (("A", "B", "C"), ["correct", "wrong", "abstained"]),
        (("CORRECT", "INCORRECT", "NOT_ATTEMPTED"), ["correct", "wrong", "abstained"]),
        (("C", "I", "N"), ["correct", "wrong", "abstained"]),
        ((1, 0.0, 0.25), ["correct", "wrong", "partial"]),
        ((True, False, None), ["correct", "wrong", "ungraded"]),
    ],
)
def test_the_vocabularies_of_graders(
    tmp_path: Path, grades: tuple[object, ...], outcomes: list[str]
) -> None:
    rows = [{"id": n, "verdict": grade, "answer": "x"} for n, grade in enumerate(grades)]
    found = one(write(tmp_path, "g.jsonl", lines(*rows)))
    assert [row.outcome for row in found.rows] == outcomes


def test_minus_one_is_no_confidence_and_bare_nan_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "r.jsonl",
        '{"id": 1, "answer": "x", "confidence": -1}\n{"id": 2, "answer": "y", "confidence": NaN}\n',
    )
    found = one(path)
    assert found.confidences == 0
    assert any("-1" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"item": "q1", "answer": "x"}\n{"item": "q1", "answer": "y"}\n', "more than once"),
        ('{"item": "q1", "answer": "x"}\n{"item": "q2"', "line 2"),
        ('{"item": "q1", "answer": "x"}\n{"item": "q2"}\n', "says nothing"),
        ('{"item": "q1", "verdict": "right"}\n{"item": "q2", "verdict": "perhaps"}\n', "perhaps"),
        ('{"item": "q1", "answer": "x", "confidence": -0.5}\n', "from 0 to"),
        ('{"hello": "world"}', "Looked for"),
        ("{", "not valid JSON"),
        ("", "is empty"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ImportProblem, match=says):
        importers.read(write(tmp_path, "bad.json", text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="does not exist"):
        importers.read(tmp_path / "nothing.json")


def test_a_hair_above_one_does_not_make_a_file_percentages(tmp_path: Path) -> None:
    """Sums of probabilities in single precision end just above 1."""
    rows = [
        {"item": f"q{n}", "answer": "Lima", "confidence": share}
        for n, share in enumerate([0.95, 0.9, 1.0000001, -1e-9])
    ]
    found = one(write(tmp_path, "sums.jsonl", lines(*rows)))
    assert [row["confidence"] for row in found.api_rows()] == [0.95, 0.9, 1.0, 0.0]
    assert not found.warnings


def test_what_is_neither_a_share_nor_a_percentage_is_told_as_it_is_written(tmp_path: Path) -> None:
    rows = [{"item": "q0", "answer": "Lima", "confidence": 1.0000025}]
    with pytest.raises(
        ImportProblem, match=r"the confidence is 1\.0000025; it must be from 0 to 1"
    ):
        one(write(tmp_path, "above.jsonl", lines(*rows)))


@pytest.mark.parametrize(
    ("score", "verdict"),
    [(0.00004, "wrong"), (0.99996, "correct"), (0.5, "partial"), (0, "wrong"), (1, "correct")],
)
def test_a_credit_that_counts_as_none_or_all_is_a_verdict(score: float, verdict: str) -> None:
    assert judged(score) == (verdict, score if verdict == "partial" else None)
