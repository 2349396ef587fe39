"""Where the reference data lies, for tests that read it."""

import os
from pathlib import Path

import pytest

from tests.absence import absent

SAMPLE = Path(__file__).parent / "data" / "sample"
"""Sixty rows of three models in the layout of the whole: every checkout has them."""


def reference(request: pytest.FixtureRequest, where: str) -> Path:
    """The folder of predictions: the `sample`, or the `whole`, which not everybody has."""
    whole: Path = SAMPLE if where == "sample" else request.getfixturevalue("shared")
    return whole / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of golden cases, real predictions and tools' files."""
    folder = Path(os.environ.get("CANDOR_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "golden").is_dir():
        absent("the reference data", required=False)
    return folder
