"""The reading model: every kind of table that a file of somebody's own script comes as, three or
more of each, with what its sender meant; or a stop that names both readings and the option."""

import json
from pathlib import Path
from typing import Any

import pytest

from candor_client import importers
from candor_client.importers import Options
from candor_client.importers.columns.saved import options_with
from candor_client.record import Ambiguous, Imported, ImportProblem
from tests.client.live import Live
from tests.client.ran import run

NOWHERE = Live("http://127.0.0.1:9", "cdr_none", "")


def read(folder: Path, text: str, **wishes: Any) -> list[Imported]:
    """What a file with this text holds."""
    name = "table.jsonl" if text.startswith(("{", "[")) else "table.csv"
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return list(importers.read(path, options=Options(**wishes)))


def one(folder: Path, text: str, **wishes: Any) -> Imported:
    """The only run of a file."""
    (found,) = read(folder, text, **wishes)
    return found


def answered(found: Imported) -> list[tuple[str | None, tuple[str, ...] | None]]:
    """Answers with their keys."""
    return [(row.answer, row.accepted) for row in found.rows]


@pytest.mark.parametrize(
    "text",
    [
        "id,question,answer,prediction,confidence\n1,Where?,Lima,Quito,0.9\n2,Who?,Ana,Ana,0.8\n",
        "id,answer,predicted_answer\n1,Lima,Quito\n2,Ana,Ana\n",
        "question_id;answer;pred;model_outputs\n1;Lima;Quito;I say Quito\n2;Ana;Ana;It is Ana\n",
        "id,gold_answer,response\n1,Lima,Quito\n2,Ana,Ana\n",
        "id,Answer,Model Output,correct\n1,Lima,Quito,False\n2,Ana,Ana,True\n",
        "id,answer,ground_truth\n1,Quito,Lima\n2,Ana,Ana\n",
        "id,actual,predicted\n1,Lima,Quito\n2,Ana,Ana\n",
        "id,gold_text_answer,gpt4_answer\n1,Lima,Quito\n2,Ana,Ana\n",
        (
            '{"id": 1, "answer": "Lima", "answer_index": 2, "pred": "Quito"}\n'
            '{"id": 2, "answer": "Ana", "answer_index": 0, "pred": "Ana"}\n'
        ),
    ],
)
def test_the_key_is_never_the_models_answer(tmp_path: Path, text: str) -> None:
    assert answered(one(tmp_path, text)) == [("Quito", ("Lima",)), ("Ana", ("Ana",))]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        # What was taken out of a reply, or a key that the model always met.
        (
            "id,answer,response\n1,Lima,It is Lima.\n2,Ana,It was Ana.\n",
            ["--column answer=response", "--column answer=answer"],
        ),
        (
            "id,prediction,model_answer\n1,a,b\n",
            ["--column answer=prediction", "--column answer=model_answer"],
        ),
        ("id,question,answer\n1,Where?,Lima\n", ["--column answer=answer", "candor publish"]),
        (
            "id,answer,result\n1,B,A\n2,C,A\n",
            ["--column accepted=result", "--column verdict=result:simpleqa"],
        ),
        (
            "id,prediction,verdict\n1,x,C\n2,y,C\n",
            ["--column verdict=verdict:simpleqa", "--column verdict=verdict:inspect"],
        ),
        (
            "id,prediction,verdict\n1,x,N\n2,y,N\n",
            ["--column verdict=verdict:inspect", "--column verdict=verdict:yes-no"],
        ),
        ("id,answer,correct\n1,yes,no\n2,no,yes\n", ["--column accepted=correct"]),
        (
            "id,prediction,is_correct,passed\n1,x,true,false\n",
            ["--column verdict=is_correct", "--column verdict=passed"],
        ),
        (
            "id,prediction,confidence\n1,x,0.9\n2,y,85\n",
            ["--confidence-unit percent", "--confidence-unit share"],
        ),
        ("id,prediction,confidence\n1,x,8\n2,y,9\n", ["--confidence-unit out-of-10"]),
        ("id,prediction,confidence\n1,x,0.5\n2,y,90%\n", ["--confidence-unit percent"]),
        (
            'id,prediction,confidence\n1,x,"0,9"\n2,y,0.8\n',
            ["--decimal comma", "--decimal point"],
        ),
        ('id,prediction,confidence\n1,x,"1,234"\n', ["--decimal comma", "--decimal point"]),
        (
            "id,prediction,stated_confidence,token_confidence\n1,x,0.9,0.4\n",
            ["--column confidence=stated_confidence", "--column confidence=token_confidence"],
        ),
        ('{"id": 1, "prediction": NaN}\n{"id": 2, "prediction": "x"}\n', ["--empty wrong"]),
        ("id,prediction\n1,nan\n2,x\n", ["--empty wrong", "--empty ungraded"]),
        (
            "id,response,correct,error\n1,x,false,timed out\n2,y,true,\n",
            ["--column error=error", "--column error="],
        ),
        ("id,Answer,answer\n1,x,y\n", ["--column FIELD=Answer"]),
        (
            "id,prediction,answer,correct\n1,A,B,A\n2,C,C,B\n",
            ["--column accepted=correct", "--column verdict=correct:simpleqa"],
        ),
        (
            "id,answer,gpt-4 answer,confidence\n1,x,y,0.9\n",
            ["--column answer=answer", "--column answer=gpt-4 answer"],
        ),
        (
            "id,claude_response,gpt_response\n1,x,y\n",
            ["--column answer=claude_response", "--column answer=gpt_response"],
        ),
        (
            "id,arm,prediction\n1,a,x\n1,b,y\n2,a,x\n2,b,y\n",
            ["--column sample=arm", "--column benchmark=arm", "--column model=arm"],
        ),
    ],
)
def test_two_readings_stop_with_the_option_that_decides(
    tmp_path: Path, text: str, options: list[str]
) -> None:
    with pytest.raises(Ambiguous) as stopped:
        read(tmp_path, text)
    assert set(options) <= set(stopped.value.readings)
    assert stopped.value.exit_code == 8
    assert all(option in str(stopped.value) for option in options)


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("item,answer,is_correct\nq1,x,N\nq2,y,N\n", ["wrong", "wrong"]),
        ("item,answer,is_correct\nq1,x,Y\nq2,y,N\n", ["correct", "wrong"]),
        ("item,answer,passed\nq1,x,T\nq2,y,F\n", ["correct", "wrong"]),
        ("item,answer,verdict\nq1,x,P\nq2,y,F\n", ["correct", "wrong"]),
        ("item,answer,verdict\nq1,x,C\nq2,y,N\n", ["correct", "abstained"]),
        ("item,grade\nq1,A\nq2,B\nq3,C\n", ["correct", "wrong", "abstained"]),
        ("id,answer,correct,abstained\n1,x,false,false\n2,,false,true\n", ["wrong", "abstained"]),
        ("id,prediction,is_correct,answered\n1,x,0,1\n2,,0,0\n", ["wrong", "abstained"]),
        ("id,final_answer,action,correct\n1,x,ANSWER,1\n2,y,ABSTAIN,0\n", ["correct", "abstained"]),
        ("id,prediction,is_correct\n1,Lima,true\n2,I don’t know,false\n", ["correct", "abstained"]),
        ("id,prediction,is_correct\n1,[ERROR],false\n2,x,true\n", ["ungraded", "correct"]),
        (
            "id,prediction,is_correct,error\n1,,false,timed out\n2,x,true,\n",
            ["ungraded", "correct"],
        ),
    ],
)
def test_verdicts_are_read_by_their_whole_column(
    tmp_path: Path, text: str, outcomes: list[str]
) -> None:
    assert [row.outcome for row in one(tmp_path, text).rows] == outcomes


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("item;answer;confidence\nq1;x;0,95\nq2;y;0,2\n", [0.95, 0.2]),
        ('item,answer,confidence\nq1,x,"0,95"\nq2,y,"0,2"\n', [0.95, 0.2]),
        ("item\tanswer\tconfidence\nq1\tx\t95,5\nq2\ty\t20\n", [0.955, 0.2]),
        ("item,answer,confidence\nq1,x,0.95\nq2,y,1.0000001\n", [0.95, 1.0]),
        ("item,answer,confidence\nq1,x,95\nq2,y,1\n", [0.95, 0.01]),
        ("item,answer,Confidence (%)\nq1,x,95\nq2,y,2.5\n", [0.95, 0.025]),
        ("item,answer,confidence\nq1,x,9/10\nq2,y,8 out of 10\n", [0.9, 0.8]),
        ("item,answer,confidence\nq1,x,N/A\nq2,y,-1\n", [None, None]),
    ],
)
def test_confidences_keep_their_unit(tmp_path: Path, text: str, shares: list[float | None]) -> None:
    found = [row.confidence for row in one(tmp_path, text).rows]
    assert found == pytest.approx(shares)


def test_a_scale_is_named_by_the_caller(tmp_path: Path) -> None:
    text = "item,answer,confidence\nq1,x,8\nq2,y,10\n"
    found = one(tmp_path, text, confidence_unit="out-of-10")
    assert [row.confidence for row in found.rows] == [0.8, 1.0]


def test_every_fault_is_told_with_its_place_in_one_round(tmp_path: Path) -> None:
    text = (
        "item,answer,verdict,confidence,sample\n"
        "q1,x,perhaps,0.9,1\nq2,y,correct,sure,1\n,z,wrong,0.5,1\nq4,w,correct,0.5,one\n"
    )
    with pytest.raises(ImportProblem) as refused:
        read(tmp_path, text)
    for place, fault in (
        ("row 0 (line 2)", "'perhaps' is not a known word"),
        ("row 1 (line 3)", "'sure' is no number"),
        ("row 2 (line 4)", "the item is missing"),
        ("row 3 (line 5)", "the sample is 'one'"),
    ):
        assert any(place in line and fault in line for line in str(refused.value).split("\n"))
    assert refused.value.exit_code == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("item,answer,confidence\nq1,Lima, Peru,0.9\nq2,x,0.8\n", "4 cells under 3 headers"),
        ("item,answer,confidence\nq1,Lima\nq2,x,0.8\n", "2 cells under 3 headers"),
        ("item,answer,answer\nq1,x,y\n", "names 'answer' twice"),
        ('{"item": "q1", "answer": "x", "answer": "y"}\n{"item": "q2"}\n', "stands there twice"),
        ('{"item": "q1", "answer": "x"}\n{oops\n{"item": "q3", "answer"\n', "line 3"),
        ('{"item": "q1", "answer": "' + "x" * 9_000 + '"}\n{"item": "q2", "answer": "x"}', "9,000"),
    ],
)
def test_nothing_is_cut_shifted_or_dropped(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ImportProblem, match=said):
        read(tmp_path, text)


def test_what_spreadsheets_leave_behind_is_passed_over(tmp_path: Path) -> None:
    text = "\ufeffsep=;\r\n\r\nitem;answer;confidence;\r\nq1;Lima;0,85;\r\n;;;\r\n;;;\r\n"
    found = one(tmp_path, text)
    assert [(row.item, row.answer, row.confidence) for row in found.rows] == [("q1", "Lima", 0.85)]
    wide = tmp_path / "wide.csv"
    wide.write_text("item\tanswer\nq1\tLima\n", encoding="utf-16")
    assert importers.read(wide)[0].rows[0].answer == "Lima"


def test_an_empty_reply_counts_as_the_caller_says(tmp_path: Path) -> None:
    for text in (
        "id,prediction\n1,x\n2,\n",
        '{"id": 1, "prediction": "x"}\n{"id": 2, "prediction": ""}\n',
    ):
        told = one(tmp_path, text)
        assert told.api_rows()[1] == {"item": "2", "abstained": False}
        assert any("--empty" in warning for warning in told.warnings)
        assert one(tmp_path, text, empty="abstained").api_rows()[1]["abstained"] is True
        assert one(tmp_path, text, empty="ungraded").api_rows()[1] == {
            "item": "2", "status": "ungraded",
        }  # fmt: skip
    unread = '{"id": 1, "pred": "A", "model_outputs": "A."}\n'
    unread += '{"id": 2, "pred": null, "model_outputs": "Hm"}\n'
    assert one(tmp_path, unread).api_rows()[1] == {"item": "2", "abstained": False}


def test_columns_tell_benchmarks_models_and_targets_apart(tmp_path: Path) -> None:
    text = "llm,dataset,question_id,correct\nm,a,1,1\nm,b,1,0\nn,a,1,1\nn,b,1,1\n"
    found = read(tmp_path, text)
    assert {(run.model, run.benchmark) for run in found} == {
        ("m", "a"), ("m", "b"), ("n", "a"), ("n", "b"),
    }  # fmt: skip
    text = "id,threshold,prediction\n1,0.5,x\n1,0.9,IDK\n"
    assert [run.stated_target for run in read(tmp_path, text)] == [0.5, 0.9]
    # A threshold that tells nothing apart is none of ours.
    text = "id,threshold,prediction\n1,0.5,x\n2,0.5,y\n"
    assert [run.stated_target for run in read(tmp_path, text)] == [None]
    named = {"benchmark": "where", "stated_target": "t"}
    text = "id,where,t,prediction\n1,a,25%,x\n1,b,25%,y\n"
    found = read(tmp_path, text, columns=named)
    assert [(run.benchmark, run.stated_target) for run in found] == [("a", 0.25), ("b", 0.25)]


def test_repeats_count_from_one_and_questions_know_items(tmp_path: Path) -> None:
    text = "id,trial,prediction\nq,0,x\nq,1,y\n"
    assert [row.sample for row in one(tmp_path, text).rows] == [1, 2]
    text = "question,prediction,gold\nWhere?,x,y\nWhere?,y,y\nWho?,z,z\n"
    first = one(tmp_path, text)
    assert [row.sample for row in first.rows] == [1, 2, 1]
    # Known by what it asks and not by its place: in another order it is the same item.
    turned = "index,question,prediction,gold\n0,Who?,z,z\n1,Where?,x,y\n"
    assert {row.item for row in one(tmp_path, turned).rows} == {row.item for row in first.rows}


def test_a_path_reaches_into_cells_and_a_field_can_be_left_out(tmp_path: Path) -> None:
    text = '{"id": 1, "out": {"said": ["x", "y"]}, "score": {"acc": 1.0}, "correct": "no"}\n' * 1
    text += '{"id": 2, "out": {"said": ["z"]}, "score": {"acc": 0.0}, "correct": "no"}\n'
    columns = {"answer": "out.said.0", "verdict": "score.acc"}
    found = one(tmp_path, text, columns=columns)
    assert [(row.answer, row.outcome) for row in found.rows] == [("x", "correct"), ("z", "wrong")]
    text = "id,prediction,is_correct\n1,x,true\n"
    assert one(tmp_path, text, columns={"verdict": ""}).to_grade == 1
    assert one(tmp_path, text, columns={"verdict": "is_correct"}).counts["correct"] == 1


@pytest.mark.parametrize("inside", ["details", "results.items", "run.output.rows"])
def test_rows_stand_below_the_top(tmp_path: Path, inside: str) -> None:
    rows: Any = [
        {"id": 1, "prediction": "x", "correct": True},
        {"id": 2, "prediction": "y", "correct": False},
    ]
    for name in reversed(inside.split(".")):
        rows = {name: rows}
    document = {"config": {"model_name": "quill", "judge_model": "j"}, "metrics": {"accuracy": 0.5}}
    path = tmp_path / "nested.json"
    path.write_text(json.dumps(document | rows))
    (found,) = importers.read(path)
    assert (found.model, found.counts["correct"], found.counts["wrong"]) == ("quill", 1, 1)
    assert found.parity is not None
    assert found.parity.agrees
    document["metrics"]["accuracy"] = 0.9
    path.write_text(json.dumps(document | rows))
    assert not importers.read(path)[0].parity.agrees  # type: ignore[union-attr]


def test_several_lists_of_rows_are_named(tmp_path: Path) -> None:
    rows = [{"id": 1, "prediction": "x", "correct": True}]
    path = tmp_path / "arms.json"
    path.write_text(json.dumps({"direct": rows, "step": rows * 1}))
    with pytest.raises(Ambiguous, match="--rows direct"):
        importers.read(path)
    (found,) = importers.read(path, options=Options(rows="step"))
    assert found.counts["correct"] == 1
    path.write_text(
        json.dumps({"q1": rows[0] | {"id": None}, "q2": {"prediction": "y", "correct": 0}})
    )
    assert {row.item for row in importers.read(path)[0].rows} == {"q1", "q2"}


def test_a_folder_goes_on_after_a_bad_file_and_ends_with_its_code(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    (folder / "good.jsonl").write_text(
        '{"id": 1, "prediction": "x", "correct": true}\n' * 1
        + '{"id": 2, "prediction": "x", "correct": true}\n'
    )
    (folder / "torn.jsonl").write_text('{"id": 1, "prediction": "x"}\n{"id": 2, "pred')
    (folder / "two.csv").write_text("id,prediction,confidence\n1,x,8\n2,y,9\n")
    ran = run(NOWHERE, tmp_path, "push", folder, "--dry-run", "--json")
    assert ran.code == 3
    told = ran.json()
    assert [one["model"] for one in told["submissions"]] == ["good"]
    assert len(told["passed_over"]) == 2
    assert "torn.jsonl" in ran.err


def test_a_dry_run_shows_the_mapping_with_its_first_rows(tmp_path: Path) -> None:
    path = tmp_path / "capitals.csv"
    path.write_text(
        "qid;answer;pred;conf;note\n" + "".join(f"q{n};Lima;Quito;0,5;\n" for n in range(5))
    )
    told = run(NOWHERE, tmp_path, "push", path, "--dry-run", "--json").json()["submissions"][0]
    assert told["mapping"]["columns"] == {
        "item": "qid", "answer": "pred", "confidence": "conf", "accepted": "answer",
    }  # fmt: skip
    assert told["mapping"]["read_as"] == {"confidence": "share, decimal comma"}
    assert len(told["mapping"]["examples"]) == 3
    assert told["mapping"]["not_read"] == ["note"]
    plain = run(NOWHERE, tmp_path, "push", path, "--dry-run").out
    assert "row 2" in plain
    assert "Quito" in plain
    (path := tmp_path / "results.csv").write_text("qid,pred\nq1,x\n")
    assert "--benchmark" in run(NOWHERE, tmp_path, "push", path, "--dry-run").out


def test_a_stop_ends_with_eight_and_tells_machines(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,prediction,confidence\n1,x,8\n2,y,9\n")
    for command in (("push", "--dry-run"), ("score",)):
        ran = run(NOWHERE, tmp_path, command[0], path, *command[1:], "--json")
        assert ran.code == 8
        problem = json.loads(ran.err)
        assert problem["exit_code"] == 8
        assert "--confidence-unit out-of-10" in problem["readings"]
    assert run(NOWHERE, tmp_path, "push", path, "--confidence-unit", "tens", "--dry-run").code == 2


def test_a_mapping_is_saved_under_a_name_and_used_again(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,words,mark,conf\n1,x,A,8\n2,y,B,9\n")
    words = ("--column", "answer=words", "--column", "verdict=mark:simpleqa")
    saved = run(
        NOWHERE, tmp_path, "push", path, *words, "--confidence-unit", "out-of-10", "--dry-run",
        "--save-mapping", "mine", "--json",
    )  # fmt: skip
    assert saved.code == 0, saved.err
    for command in (("push", "--dry-run"), ("score", "-t", "0.5")):
        again = run(
            NOWHERE, tmp_path, command[0], path, "--mapping", "mine", *command[1:], "--json"
        )
        assert again.code == 0, again.err
    told = run(NOWHERE, tmp_path, "push", path, "--mapping", "mine", "--dry-run", "--json").json()
    assert told["submissions"] == saved.json()["submissions"]
    assert run(NOWHERE, tmp_path, "push", path, "--mapping", "none", "--dry-run").code == 2
    (tmp_path / "bad.json").write_text('{"colums": {}}')
    bad = run(NOWHERE, tmp_path, "push", path, "--mapping", tmp_path / "bad.json", "--dry-run")
    assert (bad.code, "columns" in bad.err) == (3, True)
    (tmp_path / "bad.json").write_text('{"columns": {"reply": "x"}}')
    with pytest.raises(ImportProblem, match="no field 'reply'"):
        options_with(str(tmp_path / "bad.json"))
