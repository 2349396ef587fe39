"""Pictures in the documents: small, there, and shown."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"


def test_pictures_are_small() -> None:
    for picture in PICTURES.glob("*.png"):
        assert picture.stat().st_size <= 300 * 1024, picture.name


def test_the_pages_document_shows_pictures_that_exist() -> None:
    shown = re.findall(r"\]\((pictures/[^)]+)\)", (ROOT / "docs" / "pages.md").read_text())
    assert shown
    for name in shown:
        assert (ROOT / "docs" / name).is_file(), name
