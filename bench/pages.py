"""How heavy a board's page is, how long it takes to build, and what a step of the dial costs.

    python -m bench.pages [--models 50 1000] [--items 400]

Fills a board over HTTP with simulated models (confidence on a grid of 0.01), then prints the page's
bytes (gzip -6), the time to build it, the bytes of the dial's counts, and, in Chromium, the time of
one step of the dial with its layout: the median, and the fastest tenth, which is a quiet moment.
Budgets: 60 KB at 50 models, 100 ms to build, 16 ms a step.
"""

import argparse
import gzip
import logging
import statistics
import tempfile
import time
from pathlib import Path

import httpx2
import numpy as np
import structlog
from playwright.sync_api import Browser

from app.storage.database.migrate import upgrade
from app.web.board.view import SHOWN
from tests.served import first_key
from tests.web.browser import chromium, serving

STEP = """async () => {
  const slider = document.querySelector('#target');
  const times = [];
  for (let turn = 0; turn < 198; turn += 1) {
    slider.value = String((turn < 99 ? turn : 198 - turn) / 100);
    const start = performance.now();
    slider.dispatchEvent(new Event('input'));
    void document.body.offsetHeight;
    times.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  return times;
}"""


def main() -> None:
    """Fills, measures, prints one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=int, nargs="+", default=[50, 1000])
    parser.add_argument("--items", type=int, default=400)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    print(f"{'':26}{'HTML gz':>10}{'build':>10}{'counts gz':>11}{'step':>9}{'quiet':>9}")
    with chromium() as browser:
        for models in asked.models:
            measure(browser, models=models, items=asked.items)


def measure(browser: Browser, *, models: int, items: int) -> None:
    """One board of so many models, in both modes, and with every row shown."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/candor.db"
        upgrade(url)
        with serving(Path(folder), writes_per_minute=10**6) as address:
            fill(address, first_key(url), models=models, items=items)
            for mode in ("declared", "threshold"):
                report(browser, address, f"{models} models, {mode}", mode=mode)
            if models > SHOWN:
                report(browser, address, f"{models} models, all shown", mode="declared", limit=1000)


def fill(address: str, key: str, *, models: int, items: int) -> None:
    """A benchmark and its submissions, over HTTP."""
    api = httpx2.Client(
        base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60
    )
    keys = [f"q{n}" for n in range(items)]
    benchmark = {"slug": "big", "matcher": "text"} | {
        "items": [{"key": key, "accepted": ["yes"]} for key in keys]
    }
    api.post("/benchmarks", json=benchmark).raise_for_status()
    random = np.random.default_rng(20_261_124)
    for number in range(models):
        skill, shy = random.uniform(0.2, 0.9), random.uniform(0, 0.6)
        confidence = np.clip(random.normal(skill, 0.2, items), 0.01, 1).round(2)
        right = random.random(items) < confidence * random.uniform(0.7, 1)
        silent = random.random(items) < shy * (1 - confidence)
        rows = [
            {"item": key, "confidence": p}
            | ({"abstained": True} if quiet else {"answer": "yes" if good else "no"})
            for key, p, quiet, good in zip(keys, confidence.tolist(), silent, right, strict=True)
        ]
        model = {"name": f"model {number}", "organisation": f"Lab {number % 40}"}
        reply = api.post("/benchmarks/big/submissions", json={"model": model, "predictions": rows})
        reply.raise_for_status()


def report(browser: Browser, address: str, label: str, *, mode: str, limit: int = SHOWN) -> None:
    """One line: bytes, milliseconds."""
    path = f"/benchmarks/big?target=0.75&mode={mode}&limit={limit}"
    pages = httpx2.Client(base_url=address, timeout=60)
    html = pages.get(path).raise_for_status().content
    counts = pages.get(f"/benchmarks/big/dial.json?mode={mode}").raise_for_status().content
    times = []
    for _ in range(15):
        start = time.perf_counter()
        pages.get(path).raise_for_status()
        times.append((time.perf_counter() - start) * 1000)
    page = browser.new_page(viewport={"width": 1360, "height": 900})
    page.goto(address + path, wait_until="networkidle")
    page.locator("html[data-dial=ready]").wait_for(state="attached")
    steps = page.evaluate(STEP)
    page.close()
    packed = [len(gzip.compress(body, 6)) / 1024 for body in (html, counts)]
    print(
        f"{label:26}{packed[0]:8.1f} K{statistics.median(times):8.0f} ms{packed[1]:9.1f} K"
        f"{statistics.median(steps):6.1f} ms{np.quantile(steps, 0.1):6.1f} ms"
    )


if __name__ == "__main__":
    main()
