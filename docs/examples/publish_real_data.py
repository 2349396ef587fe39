"""Publish real benchmarks with real predictions over HTTP, and check every score.

    python docs/examples/publish_real_data.py ../shared/data --url http://127.0.0.1:8000 --key cdr_…

Takes folders of the neutral form (`items.jsonl`, `predictions/<run>.jsonl`, plain or gzipped) and
posts them with nothing but the standard library, as any pipeline could. lifeeval-sciq goes up as a
multiple-choice benchmark that Candor grades; czech-simpleqa, free text that a judge model graded,
as a verdicts benchmark. With `--check reference-scores.csv` the boards are read back and compared
to 1e-9 with scores computed elsewhere.
"""

import argparse
import csv
import gzip
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGETS = ("0", "0.5", "0.75", "0.9")


def main() -> int:
    """Publishes, submits, prints the boards, checks; 1 where a score differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder that holds lifeeval-sciq, czech-simpleqa")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--key", required=True)
    parser.add_argument("--check", type=Path, help="reference-scores.csv")
    asked = parser.parse_args()
    service = Service(asked.url, asked.key)
    differences = 0
    for name, matcher in (("lifeeval-sciq", "choice"), ("czech-simpleqa", "verdicts")):
        publish(service, asked.data / name, slug=name, matcher=matcher)
        submit_all(service, asked.data / name, slug=name, matcher=matcher)
        print_leaders(service, name)
        if asked.check:
            differences += check(service, name, asked.check)
    return 1 if differences else 0


class Service:
    """A running Candor, spoken to with urllib."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url.rstrip("/") + "/api/v1", key

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The JSON reply; on a refusal prints the problem and stops."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code}\n{error.read().decode()[:2000]}")


def publish(service: Service, folder: Path, *, slug: str, matcher: str) -> None:
    """Makes a benchmark of the folder's items."""
    items = [
        {
            "key": item["id"],
            "question": item.get("question"),
            "accepted": [] if matcher == "verdicts" else item["gold"],
            "choices": item.get("choices"),
            "category": item.get("category"),
        }
        for item in rows(folder, "items")
    ]
    benchmark = service.call(
        "POST",
        "/benchmarks",
        {
            "slug": slug,
            "title": slug,
            "source": "see the README of the data folder",
            "matcher": matcher,
            "default_target": 0.75,
            "ungraded_limit": 0.05,
            "items": items,
        },
    )
    print(f"published {benchmark['slug']}: {benchmark['n_items']} items, matcher {matcher}")


def submit_all(service: Service, folder: Path, *, slug: str, matcher: str) -> None:
    """Posts every run of the folder as one submission."""
    for path in sorted((folder / "predictions").iterdir()):
        run = path.name.removesuffix(".gz").removesuffix(".jsonl")
        predictions = [
            prediction(row, matcher=matcher) for row in rows(folder / "predictions", run)
        ]
        receipt = service.call(
            "POST",
            f"/benchmarks/{slug}/submissions",
            {"model": {"name": run}, "confidence_source": "stated", "predictions": predictions},
        )
        print(f"  {run}: {receipt['id']}, rank {receipt['rank']} so far at t = 0.75")


def prediction(row: dict[str, Any], *, matcher: str) -> dict[str, Any]:
    """One row of a run as Candor takes it; a row that nobody could judge stays `ungraded`."""
    out: dict[str, Any] = {"item": row["item_id"]}
    if row["confidence"] is not None:
        out["confidence"] = row["confidence"]
    if row["abstained"]:
        return out | {"abstained": True}
    if matcher == "verdicts":
        verdict = {True: "correct", False: "wrong", None: "ungraded"}[row["correct"]]
        return out | {"verdict": verdict} | ({"answer": row["answer"]} if row["answer"] else {})
    if row["correct"] is None:
        return {"item": row["item_id"], "status": "ungraded"}
    return out | {"answer": row["answer"]}


def rows(folder: Path, stem: str) -> Iterator[dict[str, Any]]:
    """The rows of `<stem>.jsonl` or `<stem>.jsonl.gz`."""
    plain = folder / f"{stem}.jsonl"
    packed = not plain.exists()
    text = gzip.decompress(Path(f"{plain}.gz").read_bytes()) if packed else plain.read_bytes()
    for line in text.splitlines():
        yield json.loads(line)


def board(service: Service, slug: str, view: str) -> dict[str, dict[str, Any]]:
    """A board by model name, submissions without a place included."""
    reply = service.call("GET", f"/benchmarks/{slug}/leaderboard?limit=1000&{view}")
    ranked = {row["model"]["name"]: row for row in reply["data"]}
    return ranked | {row["model"]["name"]: row for row in reply["unranked"]}


def print_leaders(service: Service, slug: str) -> None:
    """Who leads as the price of a wrong answer rises."""
    for target in TARGETS:
        reply = service.call("GET", f"/benchmarks/{slug}/leaderboard?target={target}&limit=1")
        first = reply["data"][0]
        print(f"  t = {target:<4} {first['model']['name']:<32} {first['score']['value']:+.4f}")


def check(service: Service, slug: str, reference: Path) -> int:
    """Compares every score of every run; the number that differ by more than 1e-9."""
    views = {f"declared_t{t}": f"target={t}&mode=declared" for t in TARGETS}
    views |= {f"threshold_t{t}": f"target={t}&mode=threshold" for t in TARGETS[1:]}
    views |= {"quadratic_score": "rule=quadratic", "accuracy": "rule=binary"}
    boards = {name: board(service, slug, view) for name, view in views.items()}
    compared = differing = 0
    with reference.open(newline="") as lines:
        expected = [row for row in csv.DictReader(lines) if row["dataset"] == slug]
    for row in expected:
        figures = {name: boards[name][row["run"]]["score"]["value"] for name in views}
        standing = boards["accuracy"][row["run"]]
        figures |= {name: standing[name] for name in ("coverage", "selective_accuracy")}
        counts = standing["counts"]
        figures |= {
            "n_right": counts["correct"],
            "n_wrong": counts["wrong"],
            "n_abstained": counts["abstained"],
            "n_ungraded": counts["ungraded"],
        }
        for name, value in figures.items():
            if row[name] == "":
                continue
            compared += 1
            if value is None or abs(value - float(row[name])) > 1e-9:
                differing += 1
                print(f"  DIFFERS {slug} {row['run']} {name}: {value}, expected {row[name]}")
    print(f"  {slug}: {compared} figures compared, {differing} differ by more than 1e-9")
    return differing


if __name__ == "__main__":
    sys.exit(main())
