"""Token probabilities over HTTP, with the confidences as they are in the file: every figure is what
an independent computation over the unrounded rows gives, and the published AUROCs come out.

The computations here go row by row and share nothing with the service's, which goes by level.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import rankdata

from tests.scoring import real
from tests.served import Served
from tests.walk.test_real_data import ON_SQLITE, judged, printed, score

Floats = NDArray[np.float64]
SETS: Final = ("plaut-arc-msp", "plaut-mmlu-msp")
EPSILON: Final = 1e-4


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    return shared / "data"


def wrong_if_unreadable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in which what nobody could judge is wrong, as the source counts them."""
    return [row | ({"verdict": "wrong"} if row["verdict"] == "ungraded" else {}) for row in rows]


def expected_risks(p: Floats, wrong: Floats) -> Floats:
    """The expected risk of the k most confident answers, k = 1 to n, ties in random order."""
    order = np.argsort(-p, kind="stable")
    p, wrong = p[order], wrong[order]
    risks, k, errors = [], 0, 0.0
    while k < len(p):
        tied = int(np.searchsorted(-p, -p[k], side="right")) - k
        lost = float(wrong[k : k + tied].sum())
        risks += [(errors + lost * j / tied) / (k + j) for j in range(1, tied + 1)]
        k, errors = k + tied, errors + lost
    return np.array(risks)


def independent(p: Floats, right: Floats) -> dict[str, float]:
    """The figures of unrounded confidences."""
    n, wrong = len(p), 1 - right
    ranks, n_right = rankdata(p), right.sum()
    risks = expected_risks(p, wrong)
    # Trapezoids of (coverage, errors / n) between the ends of ties.
    ends = [k for k in range(1, n + 1) if k == n or np.sort(-p)[k - 1] != np.sort(-p)[k]]
    at, lost = np.array([0, *ends]) / n, np.array([0, *(risks[k - 1] * k for k in ends)]) / n
    clipped = np.clip(p, EPSILON, 1 - EPSILON)
    with np.errstate(divide="ignore"):
        unclipped = -np.mean(np.where(right == 1, np.log(p), np.log1p(-p)))
    return {
        "auroc": (ranks[right == 1].sum() - n_right * (n_right + 1) / 2) / (n_right * wrong.sum()),
        "aurc": float(risks.mean()),
        "augrc": float(np.trapezoid(lost, at)),
        "brier": float(np.mean((p - right) ** 2)),
        "log_loss": float(-np.mean(np.where(right == 1, np.log(clipped), np.log1p(-clipped)))),
        "log_loss_unclipped": float(unclipped),
        **{
            f"coverage_at_risk {risk}": max(
                (k / n for k in ends if risks[k - 1] <= risk), default=np.nan
            )
            for risk in (0.01, 0.05, 0.1)
        },
    }


@ON_SQLITE
@pytest.mark.parametrize("name", SETS)
def test_every_figure_is_that_of_the_unrounded_file(served: Served, data: Path, name: str) -> None:
    published = 0
    for row in real.table(data / name / "checks.csv"):
        run = row["model"]
        sent = wrong_if_unreadable(judged(real.rows(data / name / "predictions", run)))
        reply = score(served, sent)
        p = np.array([one["confidence"] for one in sent])
        right = np.array([one["verdict"] == "correct" for one in sent], dtype=np.float64)
        scores = reply["scores"]
        for name_and_risk, value in independent(p, right).items():
            figure, _, risk = name_and_risk.partition(" ")
            found = reply[figure][risk] if risk else scores[figure]
            if np.isfinite(value):
                assert found["value"] == pytest.approx(value, abs=1e-6), (run, figure, risk)
            else:
                assert found["value"] is None, (run, figure, risk)
        assert printed(scores["auroc"]) == float(row["auroc_unparseable_as_wrong"])
        if row["pub_auroc"]:
            published += 1
            assert printed(scores["auroc"]) == float(row["pub_auroc"])
        if row["pub_u"]:
            u = scores["auroc"]["value"] * right.sum() * (1 - right).sum()
            assert u == pytest.approx(float(row["pub_u"]), rel=1e-12)
    assert published == {"plaut-arc-msp": 20, "plaut-mmlu-msp": 10}[name]


def tied_pairs(values: Floats) -> int:
    """Pairs of rows of equal value."""
    _, counts = np.unique(values, return_counts=True)
    return int((counts * (counts - 1) // 2).sum())


@ON_SQLITE
@pytest.mark.parametrize("name", SETS)
def test_what_is_read_back_is_what_was_sent(served: Served, data: Path, name: str) -> None:
    """Stored confidences are the sent ones to 1e-9 and tie where these do, which is in 70 % fewer
    pairs than on a grid of 1e-4; no reply grows with them."""
    run = real.runs(data / name)[-1]
    sent = judged(real.rows(data / name / "predictions", run))
    keys = [{"key": one["item"], "question": None, "accepted": []} for one in sent]
    served.publish(slug="msp", matcher="verdicts", items=keys, ungraded_limit=1)
    made = served.submit(sent, slug="msp", confidence_source="logprob")
    assert made.status_code == 201, made.text
    path = f"/submissions/{made.json()['id']}"
    rows = served.client.get(
        f"/api/v1{path}/predictions", headers={"Accept": "application/x-ndjson"}
    )
    read = {one["item"]: one["confidence"] for one in map(json.loads, rows.text.splitlines())}
    p = np.array([one["confidence"] for one in sent])
    kept = np.array([read[one["item"]] for one in sent])
    assert np.abs(kept - p).max() <= 0.501e-9
    assert tied_pairs(kept) == tied_pairs(p)
    assert tied_pairs(kept) <= 0.3 * tied_pairs(np.rint(p * 10_000))
    whole = served.read(path)
    assert len(whole["profile"]) <= 101
    assert sum(one["correct"] for one in whole["profile"]) == whole["counts"]["correct"]
    for curve in whole["curves"].values():
        assert {len(column) for column in curve.values() if isinstance(column, list)} <= set(
            range(1, 201)
        )
    for t in (25, 50, 90):
        above = [one for one in whole["profile"] if one["confidence"] > t / 100]
        assert sum(one["wrong"] for one in above) == sum(
            share > t / 100 and one["verdict"] == "wrong"
            for share, one in zip(p, sent, strict=True)
        )
