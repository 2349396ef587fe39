"""Does every interval of the service hold the truth 95 % of the time?

    python -m bench.coverage [--sims 2000] [--short] [--only WORD] [--worst 12] [--jobs 2]

Simulates submissions whose truth is known (`models`, `settings`), and pairs and boards of them
(`pairs`), computes every interval that the service would print (`figures`) and counts how often it
holds the truth: from 0.93 to 0.99, where counts allow; a cell outside by more than chance is a
fault, and so is an interval of zero width or one that leaves its own value outside. Ends with 1
where there is a fault, or where a planted bad method (Wald, the percentile bootstrap) passes: a
bench in which the known-bad passes proves nothing. `--short` runs the settings marked so, 100
draws each: under a minute.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from bench.coverage.cells import LEAST, MOST, Outcome, run
from bench.coverage.controls import controls
from bench.coverage.settings import SETTINGS

SEED = 20_261_130


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the cells at fault, the worst by figure, and the controls; 1 where something is
    wrong."""
    options = _options(arguments)
    sims = options.sims or (100 if options.short else 2_000)
    chosen = [
        setting
        for setting in SETTINGS
        if (setting.short or not options.short) and (options.only or "") in setting.name
    ]
    print(f"{len(chosen)} settings, {sims:,} draws each, seed {SEED}")
    started = time.perf_counter()
    cells = _cells([SETTINGS.index(setting) for setting in chosen], sims, options.jobs)
    _summary(cells, options.worst)
    faults = [cell for cell in cells if cell.fault is not None]
    for cell in faults:
        print(f"FAULT  {_line(cell)}: {cell.fault}")
    passed = controls(sims, SEED) if not options.only else []
    for name in passed:
        print(f"FAULT  the planted bad method passes: {name}")
    print(f"{len(cells):,} cells, {len(faults)} at fault; {time.perf_counter() - started:.0f} s")
    return 1 if faults or passed else 0


def _cells(indices: list[int], sims: int, jobs: int) -> list[Outcome]:
    """The cells of the settings at `indices`, in their order; each has draws of its own, so that
    neither the order nor the number of processes changes one."""
    if jobs == 1:
        return [cell for index in indices for cell in run(SETTINGS[index], sims, SEED)]
    with ProcessPoolExecutor(jobs) as pool:
        outcomes = pool.map(_run_at, [(index, sims) for index in indices])
        return [cell for cells in outcomes for cell in cells]


def _run_at(task: tuple[int, int]) -> list[Outcome]:
    index, sims = task
    return run(SETTINGS[index], sims, SEED)


def _summary(cells: list[Outcome], worst: int) -> None:
    figures = sorted({_figure(cell) for cell in cells})
    print(f"{'figure':28} {'cells':>6} {'least':>6} {'mean':>6} {'most':>6}  above {MOST}, excused")
    for figure in figures:
        own = [cell for cell in cells if _figure(cell) == figure]
        coverages = [cell.coverage for cell in own]
        wide = [cell for cell in own if cell.coverage > MOST and cell.excuse]
        print(
            f"{figure:28} {len(own):6} {min(coverages):6.3f} {sum(coverages) / len(coverages):6.3f}"
            f" {max(coverages):6.3f}  {len(wide)}"
        )
    print(f"\nThe {worst} cells that cover least (at least {LEAST} is asked for):")
    for cell in sorted(cells, key=lambda cell: cell.coverage)[:worst]:
        print(f"  {_line(cell)}")
    reasons: dict[str, list[Outcome]] = {}
    for cell in cells:
        if cell.coverage > MOST and cell.excuse:
            kind = "few expected answers of one kind" if "expected" in cell.excuse else cell.excuse
            reasons.setdefault(kind, []).append(cell)
    print(f"\nCells above {MOST}, by the reason why they are excused:")
    for reason, own in reasons.items():
        widest = max(own, key=lambda cell: cell.coverage)
        print(f"  {len(own):5}  {reason}; for example {_line(widest)}")


def _figure(cell: Outcome) -> str:
    return cell.name.rstrip("0123456789. ")


def _line(cell: Outcome) -> str:
    return (
        f"{cell.coverage:.3f}  {cell.name} [{cell.method}]  {cell.setting}"
        f"  (truth below {cell.truth_below / cell.defined:.3f}, above"
        f" {cell.truth_above / cell.defined:.3f}, width {cell.width:.3g})"
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.coverage")
    parser.add_argument("--sims", type=int, help="draws a setting")
    parser.add_argument("--short", action="store_true", help="fewer settings, 100 draws")
    parser.add_argument("--only", help="settings whose name holds this")
    parser.add_argument("--worst", type=int, default=12, help="cells to name")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
