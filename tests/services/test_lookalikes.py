"""Names that readers would take for one another."""

import pytest

from app.services.access.confusable_names import skeleton


@pytest.mark.parametrize(
    "other",
    ["Acme Labs", "acme-labs", "ACME_LABS!", " acmelabs", "acmé labs", "аcmе labs", "acme lαbs"],
)
def test_these_look_like_acme_labs(other: str) -> None:
    assert skeleton(other) == skeleton("acme labs")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("admin", "ADM1N"),
        ("admin", "аdmіn"),
        ("oslo", "0sl0"),
        ("ill", "III"),
        ("straße", "STRASSE"),
    ],
)
def test_these_are_alike(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize("other", ["acme lab", "acne labs", "акме", "阿克姆", ""])
def test_these_are_not(other: str) -> None:
    assert skeleton(other) != skeleton("acme labs")


def test_nothing_is_left_of_punctuation() -> None:
    assert skeleton("!?… ·") == ""
    assert skeleton("Зоя") != ""
