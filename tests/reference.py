"""Where the reference data lies, for tests that read it."""

import os
from pathlib import Path

import pytest

from tests.absence import absent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of golden cases, real predictions and tools' files."""
    folder = Path(os.environ.get("CANDOR_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "golden").is_dir():
        absent("the reference data", required=False)
    return folder
