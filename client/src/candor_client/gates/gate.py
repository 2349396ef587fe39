"""A gate: whether a candidate may replace a baseline, asked of the server under one policy.

A baseline is a submission's id, or a model's name: its newest counted submission before the
candidate, or with `against="best"` its best so far. Losses are in points per 100.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlencode

from candor_client.client import Client
from candor_client.errors import (
    MISUSED,
    InvalidRequest,
    Misused,
    NoBaseline,
    Refused,
    UsageError,
)
from candor_client.http import uploads
from candor_client.pushing.push import rows_to_send
from candor_client.record import Imported
from candor_client.wording import target_text

MAX_LOSS: Final = 2.0
"""Points per 100 that a candidate may lose where nobody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a candidate is held against, and how much it may lose."""

    baseline: str
    against: Literal["newest", "best"] = "newest"
    max_loss: float = MAX_LOSS
    target: float | None = None
    penalty: float | None = None
    mode: str | None = None
    rule: str = "target"

    def terms(self) -> dict[str, Any]:
        """Rule, target (or its penalty) and mode, as board and gate take them."""
        return {
            "rule": self.rule,
            "target": self.target,
            "penalty": self.penalty,
            "mode": self.mode,
        }

    def asked(self) -> dict[str, Any]:
        """The fields of the request but for who stands at the gate.

        Raises `UsageError` for the best of a single submission.
        """
        # A float of 2 / 100 carries no more digits than the caller typed.
        asked: dict[str, Any] = {"largest_loss": round(self.max_loss / 100, 12)}
        asked |= self.terms()
        if not is_id(self.baseline):
            return asked | {"baseline_model": self.baseline, "against": self.against}
        if self.against != "newest":
            raise UsageError(
                f"{self.baseline} is one submission; --against {self.against} picks among those "
                "of a model: say its name as --baseline."
            )
        return asked

    @property
    def pinned(self) -> str | None:
        """The baseline's id where it is one."""
        return self.baseline if is_id(self.baseline) else None


def is_id(who: str) -> bool:
    """Whether that is a submission's id, and not a model's name."""
    return who.startswith("sub_")


def decide_stored(
    client: Client, candidate: str, benchmark: str | None, gate: Gate
) -> dict[str, Any]:
    """The decision about a stored submission, or about the newest counted one of a model.

    Raises `UsageError` where it would be compared with itself or a name lacks its benchmark, and
    `NoBaseline` where there is nothing earlier.
    """
    if candidate == gate.pinned:
        raise UsageError(
            f"{candidate} is candidate and baseline; name an earlier submission as --baseline, or "
            "the model: its newest submission before the candidate."
        )
    named = not is_id(candidate)
    if benchmark is None and (named or not is_id(gate.baseline)):
        if named:
            raise UsageError(
                f"{candidate!r} is no submission's id; say on which --benchmark that model is."
            )
        benchmark = client.submission(candidate)["benchmark"]
    asked = gate.asked() | {"benchmark": benchmark}
    if named:
        asked["candidate_model"] = candidate
    try:
        return _ask(client, None if named else candidate, gate, asked)
    except Refused as error:
        if error.code == "no-candidate":
            raise UsageError(_with_models(error, benchmark)) from None
        if error.code != "no-baseline" or benchmark is None:
            raise
        model = candidate if named else client.submission(candidate)["model"]["name"]
        raise _no_baseline(client, benchmark, model, gate, error) from None


def decide_rows(client: Client, imported: Imported, gate: Gate) -> dict[str, Any]:
    """The decision about rows that are graded and not stored; raises as `decide_stored` does.

    What is stored of the same rows or of the same run is the candidate itself, and no baseline.
    """
    slug = imported.slug
    rows = rows_to_send(imported, matcher_of(client, slug))
    fields = imported.api_fields()
    asked = gate.asked() | {
        "benchmark": slug,
        "candidate_key": uploads.submit(slug, rows, **fields).key,
        "external_id": fields.get("external_id"),
        "stated_target": fields.get("stated_target"),
    }
    try:
        return _ask(client, rows, gate, asked)
    except Refused as error:
        if error.code != "no-baseline":
            raise
        raise _no_baseline(client, slug, imported.model, gate, error) from None


def matcher_of(client: Client, slug: str) -> str:
    """How a benchmark grades. Raises `Refused` with the fix where there is none."""
    try:
        return client.benchmark(slug)["matcher"]
    except Refused as error:
        if error.status != 404:
            raise
        said = f"There is no benchmark {slug!r} that this key may see; name one with --benchmark."
        raise Refused(404, {**error.body, "detail": said}) from None


def comparison_url(address: str, decided: dict[str, Any]) -> str | None:
    """The page that compares the two question by question; None where the candidate is not stored.

    `address` is the server's, with its path if it is served under one.
    """
    pair = [decided[side]["submission"] for side in ("candidate", "baseline")]
    if pair[0] is None or pair[1] is None:
        return None
    return pair_url(address, pair[0]["id"], pair[1]["id"], decided)


def pair_url(address: str, a: str, b: str, terms: dict[str, Any]) -> str:
    """The page that compares two submissions under the terms of a reply."""
    asked = {"a": a, "b": b}
    if terms["rule"] != "target":
        asked["rule"] = terms["rule"]
    elif terms["target"] is not None:
        asked["target"] = target_text(terms["target"])
    asked["mode"] = terms["mode"]
    return f"{address}/compare?{urlencode(asked)}"


def _ask(client: Client, candidate: Any, gate: Gate, asked: dict[str, Any]) -> dict[str, Any]:
    """The reply. Raises `Misused` for a question that makes no sense, whatever the rows are."""
    try:
        return client.gate(candidate, gate.pinned, **asked)
    except InvalidRequest as error:
        if error.code not in MISUSED:
            raise
        raise Misused(error.status, error.body) from None


def _no_baseline(
    client: Client, benchmark: str, model: str, gate: Gate, error: Refused
) -> NoBaseline | UsageError:
    """A first run, or a name that is wrong: that of the model itself, or any name on a board that
    ranks nobody yet, can only be a first run."""
    if gate.baseline == model or not client.leaderboard(benchmark, limit=1)["data"]:
        return NoBaseline(
            f"{error.detail} This is the first run: there is nothing to compare with."
        )
    return UsageError(_with_models(error, benchmark))


def _with_models(error: Refused, benchmark: str | None) -> str:
    return f"{error.detail} candor leaderboard {benchmark} lists the models."
