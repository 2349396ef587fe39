"""The quick tier names what there is, and a run says what it left out."""

import re
from pathlib import Path

import pytest

from tests import quick
from tests.absence import HOW, absent, left_out

HERE = Path(__file__).parents[1]


def skipped(what: str) -> str:
    """The reason of a skip as pytest reports it."""
    with pytest.raises(pytest.skip.Exception) as caught:
        absent(what, required=False)
    return f"('/tests/x.py', 3, 'Skipped: {caught.value}')"


def test_a_run_says_what_it_left_out_and_how_to_get_it() -> None:
    assert left_out([]) == "Nothing was left out."
    reasons = [skipped("Chromium"), skipped("a fax"), skipped("Chromium"), "a bad day"]
    assert left_out(reasons) == (
        f"Left out: 2 for want of Chromium ({HOW['Chromium']}); 1 for want of a fax;"
        " 1 for other reasons."
    )


@pytest.mark.parametrize("what", HOW)
def test_each_want_is_counted_under_its_name(what: str) -> None:
    assert left_out([skipped(what)]) == f"Left out: 1 for want of {what} ({HOW[what]})."


def test_the_quick_tier_names_what_there_is() -> None:
    assert set(quick.ON_POSTGRESQL) < set(quick.FOLDERS)
    for name in (*quick.FOLDERS, *quick.TOO_SLOW):
        assert (HERE / name).exists(), name


def test_the_quick_tier_takes_no_browser_and_little_of_postgresql(
    request: pytest.FixtureRequest,
) -> None:
    for item in request.session.items:
        marks = {mark.name for mark in item.iter_markers()}
        if "browser" in marks or item.path.parent.name in {"web", "client", "faults", "house"}:
            assert not quick.is_quick(item), item.nodeid
        if "postgresql" in marks and item.path.parent.name == "api":
            assert not quick.is_quick(item), item.nodeid


def test_make_help_lists_the_quick_tier() -> None:
    makefile = (HERE.parent / "Makefile").read_text()
    assert re.search(r"^quick: .* ## .*under 3 minutes", makefile, flags=re.M)
    assert "--quick" in makefile
