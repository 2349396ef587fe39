"""About a benchmark: what it measures, what a wrong answer costs, and the ways to submit."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from app.http.dependencies import ContextDep, Reading, StateDep
from app.http.query_params import AskedPenalty, AskedTarget, target_of
from app.http.urls import root_path
from app.intake.decompress import reads_parquet
from app.scoring.targets import Target
from app.services.access.permissions import readable_benchmark
from app.services.access.public_view import PublicBenchmark
from app.services.benchmarks.prompt import prompt_for
from app.services.board.leaderboard import View, leaderboard
from app.services.submissions.quota import left_words, quota_words, quotas_left
from app.storage.items import categories_of, read_items
from app.storage.revisions import Revision, list_revisions
from app.web.current_user import Visitor
from app.web.rendering import format as words
from app.web.rendering.render import page
from app.web.site.client_wheel import install_line
from app.web.site.prices import PRICED, Price, price_table
from app.web.site.snippets import Snippet, snippets

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_SHOWN_CATEGORIES: Final = 12


@dataclass(frozen=True, slots=True)
class About:
    """Everything on the page."""

    benchmark: PublicBenchmark
    models: int
    categories: list[tuple[str, int]]
    prices: list[Price]
    target: str
    targets: list[tuple[str, str]]
    prompt: str
    home: str
    snippets: list[Snippet]
    revisions: list[Revision]
    most_rows: int
    writes_per_minute: int
    parquet: bool
    quota: str | None
    left: str | None

    @property
    def values_told(self) -> int:
        """Values that a submission to a hidden benchmark publishes and that its sender can steer:
        the share right, and the score at each fixed target."""
        return 1 + len(self.benchmark.fixed_targets)

    @property
    def shown_categories(self) -> list[tuple[str, int]]:
        """The largest categories; a list of hundreds would not be readable."""
        return self.categories[:_SHOWN_CATEGORIES]


@router.get("/benchmarks/{slug}/about")
def show_about(
    request: Request,
    session: Reading,
    app_state: StateDep,
    context: ContextDep,
    caller: Visitor,
    slug: str,
    target: AskedTarget = None,
    penalty: AskedPenalty = None,
) -> Response:
    """What a benchmark measures and how to submit to it; `target` or `penalty` sets the price of
    the prompt."""
    benchmark = readable_benchmark(session, caller, slug)
    default = Target(benchmark.default_target)
    stated = target_of(target, penalty) or default
    view = View(target=default, mode=benchmark.default_mode, limit=1)
    keys = [item.key for item in read_items(session, benchmark.revision_id, start=0, limit=2)]
    left = quotas_left(session, caller, [benchmark]).get(benchmark.id)
    home = home_of(request, context.base_url)
    offered = sorted({*PRICED, default, stated})
    return page(
        "about.html",
        about=About(
            benchmark=PublicBenchmark.of(benchmark),
            models=leaderboard(session, app_state, benchmark, view).total,
            categories=categories_of(session, benchmark.revision_id),
            prices=price_table(chosen=default),
            target=str(stated),
            targets=[(str(target), words.at_target(target)) for target in offered],
            prompt=prompt_for(benchmark, stated),
            home=home,
            snippets=snippets(benchmark, home=home, install=install_line(home), keys=keys),
            revisions=[
                revision for revision in list_revisions(session, benchmark.id) if revision.complete
            ],
            most_rows=context.limits.rows,
            writes_per_minute=app_state.writes_per_minute,
            parquet=reads_parquet(),
            quota=quota_words(benchmark.quota),
            left=None if left is None else left_words(left),
        ),
    )


def home_of(request: Request, base_url: str | None) -> str:
    """Where this installation answers: as configured, else as the reader reached it."""
    if base_url is not None:
        return base_url
    return f"{request.url.scheme}://{request.url.netloc}{root_path()}"
