"""Parquet: read by the client where pyarrow is, said in words where it is not."""

import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from app.intake import decompress
from candor_client.importers import read
from candor_client.record import ImportProblem
from candor_client.tables.rows import rows_of
from tests.client.live import GUESSER, TEN, Live
from tests.client.ran import run
from tests.served import Served

MEDIA = "application/vnd.apache.parquet"
WITHOUT = (
    "import sys; sys.modules['pyarrow'] = None; from candor_client.__main__ import main; main()"
)
"""The command where pyarrow is not installed."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(GUESSER), path)
    return path


@pytest.fixture
def no_parquet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without pyarrow."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)


def test_every_command_reads_it(live: Live, file: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.parquet"
    items = [{**item, "accepted": item["accepted"]} for item in TEN["items"]]  # type: ignore[attr-defined]
    parquet.write_table(pyarrow.Table.from_pylist(items), questions)
    made = run(live, tmp_path, "publish", questions, "--slug", "arrows")
    assert made.code == 0, made.err
    for words in (
        ("submit", "arrows", file, "--model", "sent"),
        ("push", file, "--benchmark", "arrows", "--model", "pushed"),
    ):
        ran = run(live, tmp_path, *words)
        assert ran.code == 0, ran.err
    # Named otherwise and with nulls and NaN, as tools write it.
    odd = tmp_path / "odd.parquet"
    columns = {"question_id": ["q0", "q1"], "prediction": ["a0", None], "conf": [0.5, float("nan")]}
    parquet.write_table(pyarrow.table(columns), odd)
    [imported] = read(odd)
    assert [(row.answer, row.confidence) for row in imported.rows] == [("a0", 0.5), (None, None)]
    with live.client(tmp_path) as client:
        table = pyarrow.Table.from_pylist(GUESSER)
        for n, given in enumerate((table, table.to_batches()[0])):
            assert client.submit("arrows", given, model=f"table {n}")["counts"]["correct"] == 6  # type: ignore[index]
        revision_data = client.leaderboard("arrows")
    assert {row["rank"] for row in revision_data["data"] if row["model"] is not None} == {1}


@pytest.mark.parametrize(
    ("bits", "shares"), [("float", [0.8, 0.123457]), ("halffloat", [0.8, 0.9])]
)
def test_narrow_numbers_are_what_they_print(
    tmp_path: Path, bits: str, shares: list[float | None]
) -> None:
    """0.8 in 32 bits is a double above 0.8, which a target of 0.8 would let pass."""
    narrow = pyarrow.array(shares, pyarrow.float64()).cast(pyarrow.type_for_alias(bits))
    columns = {"item": ["q0", "q1", "q2"], "answer": ["a", "b", "c"], "confidence": [*narrow, None]}
    schema = pyarrow.schema(
        [("item", "string"), ("answer", "string"), ("confidence", pyarrow.type_for_alias(bits))]
    )
    path = tmp_path / "narrow.parquet"
    parquet.write_table(pyarrow.table(columns, schema=schema), path)
    [imported] = read(path)
    assert [row.confidence for row in imported.rows] == [*shares, None]


def test_a_file_that_is_none_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and no more")
    with pytest.raises(ImportProblem, match="not a readable Parquet file"):
        read(broken)


def test_without_pyarrow_the_commands_say_what_to_do(
    live: Live, file: Path, tmp_path: Path, ten: str
) -> None:
    def without(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", WITHOUT, *map(str, words)],
            env=live.environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )

    for words in (("push", file, "-b", ten, "--model", "m"), ("publish", file), ("score", file)):
        done = without(*words)
        assert done.returncode == 3, done.stderr
        assert "pip install pyarrow, or save the rows as JSON lines or CSV" in done.stderr
    # The server of these tests reads it: the file goes as it stands.
    assert without("submit", ten, file, "--model", "m").returncode == 0


@pytest.mark.usefixtures("no_parquet")
def test_a_server_without_it_promises_none_and_says_what_to_do(served: Served, file: Path) -> None:
    served.publish()
    reply = served.request(
        "POST",
        "/benchmarks/ten/submissions?model=m",
        content=file.read_bytes(),
        headers={"Content-Type": MEDIA},
    )
    assert reply.status_code == 415
    said = reply.json()["detail"]
    assert "application/x-ndjson or text/csv" in said
    assert "make run EXTRAS=parquet" in said
    limits = served.read("/limits")
    assert MEDIA not in limits["media_types"]
    other = served.request(
        "POST",
        "/benchmarks/ten/submissions?model=m",
        content=b"x",
        headers={"Content-Type": "text/plain"},
    )
    assert (other.status_code, "parquet" in other.text) == (415, False)
    assert "Parquet" not in served.client.get("/docs").text.partition("In three sentences")[2][:600]
    assert ".parquet" not in served.client.get("/benchmarks/ten/about").text


def test_a_server_with_it_says_so(served: Served) -> None:
    served.publish()
    assert MEDIA in served.read("/limits")["media_types"]
    described: Any = served.read("/openapi.json")
    bodies = described["paths"]["/api/v1/benchmarks/{slug}/submissions"]["post"]["requestBody"]
    assert set(served.read("/limits")["media_types"]) == set(bodies["content"])
    assert ".parquet" in served.client.get("/benchmarks/ten/about").text


def test_the_document_names_it_only_where_it_is_read() -> None:
    script = (
        "import sys\nif sys.argv[1] == 'no': sys.modules['pyarrow'] = None\n"
        "from app.api.openapi.request_bodies import MEDIA\nprint(*MEDIA)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", script, word], capture_output=True, text=True, check=True
        ).stdout
        for word in ("yes", "no")
    ]
    assert (MEDIA in said[0], MEDIA in said[1]) == (True, False)
    assert decompress.row_media()[-1] == MEDIA


class Frame:
    """As much of a pandas DataFrame as the client asks for."""

    columns = ("item", "confidence")
    dtypes: ClassVar = {"item": "object", "confidence": "float32"}

    def to_dict(self, _: str) -> list[dict[str, object]]:
        return [{"item": "q0", "confidence": 0.800000011920929}]


def test_narrow_numbers_of_tables_are_what_they_print() -> None:
    share = np.float32(0.8)
    table = pyarrow.table({"item": ["q0"], "confidence": np.array([share])})
    for data in (
        table,
        Frame(),
        [{"item": "q0", "confidence": share}],
        {"item": ["q0"], "confidence": [share]},
    ):
        assert list(rows_of(data)) == [{"item": "q0", "confidence": 0.8}]
