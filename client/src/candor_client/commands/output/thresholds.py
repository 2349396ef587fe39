"""A guaranteed threshold as a terminal shows it."""

from typing import Final

from rich.console import Console

from candor_client.replies import GuaranteedThreshold

REASONS: Final = {
    "confidence-missing": "some answers state no confidence",
    "no-answers": "nothing was answered",
    "partial-credit": "answers with partial credit are neither right nor wrong",
    "weighted": "items have weights",
    "answers-not-independent": "items come in clusters or have several samples",
    "unattainable": "no confidence is safe enough on so many questions",
}


def print_threshold(out: Console, found: GuaranteedThreshold) -> None:
    """The threshold with its risk and coverage on the held half, or why there is none."""
    risk = f"{found['risk'] * 100:g} %"
    if found["confidence"] is None:
        reason = found.get("reason") or ""
        out.print(f"[bold]No threshold[/bold] for a risk of {risk}: {REASONS.get(reason, reason)}.")
        out.print(f"[dim]{found['n_items']:,} questions were held for the test.[/dim]")
        return
    assert found["coverage"] is not None
    assert found["selective_risk"] is not None
    assert found["upper_limit"] is not None
    out.print(
        f"Answer from confidence [bold]{found['confidence']:.9g}[/bold] on: "
        f"at most {risk} of its answers are wrong, with 95 %."
    )
    out.print(
        f"[dim]On the held half, {found['n_items']:,} questions: answers "
        f"{found['coverage'] * 100:.1f} %, {found['selective_risk'] * 100:.1f} % of them wrong "
        f"(at most {found['upper_limit'] * 100:.1f} %).[/dim]"
    )
