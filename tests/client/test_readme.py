"""The Python of the README runs as it stands, against a real server."""

import json
import re
import runpy
from pathlib import Path

import pytest

from tests.client.live import Live

README = Path(__file__).parents[2] / "README.md"


def test_the_python_of_the_readme_works(
    live: Live,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANDOR_SPOOL", str(tmp_path / "spool"))
    text = README.read_text()
    benchmark = re.search(r"-d '(.*?)'\n", text, flags=re.S)
    snippet = re.search(r"```python\n(.*?)```", text, flags=re.S)
    assert benchmark is not None
    assert snippet is not None
    with live.client(tmp_path) as client:
        client.publish(json.loads(benchmark[1]))
    code = snippet[1].replace("http://127.0.0.1:8000", live.url).replace("cdr_…", live.key)
    script = tmp_path / "readme.py"
    script.write_text(code)
    runpy.run_path(str(script))
    rank, score = capsys.readouterr().out.split(" ", 1)
    assert int(rank) == 1
    assert "'value': -0.666" in score
