"""The pages in a real browser: quiet, fitting, readable by machine and by keyboard."""

import pytest
from playwright.sync_api import Browser

from tests.web.browser import PHONE, WIDE, Scheme, watching

pytestmark = pytest.mark.browser
PATHS = (
    "/",
    "/benchmarks/letter-counts",
    "/benchmarks/letter-counts?rule=quadratic",
    "/benchmarks/gpqa-diamond-counts?target=0.9",
    "/benchmarks/none",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_pages_are_quiet_and_fit(
    browser: Browser, address: str, width: int, scheme: Scheme
) -> None:
    with watching(browser, address, width=width, scheme=scheme) as watched:
        for path in PATHS:
            watched.assert_fine(path)


def test_the_dial_is_a_form_without_javascript(browser: Browser, address: str) -> None:
    with watching(browser, address, javascript=False) as watched:
        page = watched.open("/benchmarks/letter-counts?target=0")
        assert page.locator("tbody th.model").first.inner_text().startswith("Brass Trumpet XL")
        page.get_by_role("slider", name="Confidence target").fill("0.75")
        page.get_by_role("button", name="Apply").first.press("Enter")
        page.wait_for_url("**target=0.75**")
        assert page.locator("tbody th.model").first.inner_text().startswith("Quill")
        assert page.locator("tr.silence").count() == 1


def test_every_figure_has_a_name_for_those_who_cannot_see(browser: Browser, address: str) -> None:
    with watching(browser, address) as watched:
        page = watched.open("/benchmarks/letter-counts")
        assert page.get_by_role("table").count() >= 1
        assert page.get_by_role("rowheader").count() >= 12
        assert page.locator("svg.chart:is([role=img], [role=group]):visible").count() == 2
        assert page.locator("svg.chart:is([role=img], [role=group]) > title").count() == 6
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
