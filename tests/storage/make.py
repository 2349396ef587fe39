"""Items for storage tests."""

from app.demo.bundle import item_columns
from app.intake.columns import ItemColumns


def items(n: int) -> ItemColumns:
    """n number items q0, q1, … whose answers are their places."""
    return item_columns(
        [f"q{place}" for place in range(n)],
        questions=[None] * n,
        accepted=[[str(place)] for place in range(n)],
        categories=[None] * n,
    )
