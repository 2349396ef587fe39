"""No golden case is left out, and the copies here are the published ones."""

import json
from pathlib import Path

from tests.scoring import test_golden, test_golden_levels, test_golden_pairs
from tests.scoring.golden import FOLDER


def test_every_case_is_covered() -> None:
    index = json.loads((FOLDER / "index.json").read_text())
    named = {case["id"] for case in index["cases"]}
    assert len(named) == index["n_cases"] == 47
    covered = {*test_golden.CASES, *test_golden_levels.CASES, *test_golden_pairs.CASES}
    assert covered == named
    assert {path.stem for path in FOLDER.glob("*.json")} == named | {"index"}


def test_the_copies_are_true(shared: Path) -> None:
    for path in FOLDER.glob("*.json"):
        assert json.loads(path.read_text()) == json.loads(
            (shared / "golden" / path.name).read_text()
        )
