"""Load the demo: publish its benchmarks and submit their answers, as anybody would."""

from app.demo.bundle import Bundle
from app.demo.gpqa import gpqa
from app.demo.letter_counts import letter_counts
from app.services.boards import Boards
from app.services.callers import Caller
from app.services.desk import Desk
from app.services.keys import demo_caller
from app.services.publish import publish
from app.services.sheets import AnswerSheets
from app.services.submit import submit
from app.storage.session import Database


def load_demo(database: Database) -> list[str]:
    """Publishes both demo benchmarks with their submissions; their slugs."""
    desk = Desk(
        database=database,
        sheets=AnswerSheets(most_bytes=1 << 26),
        boards=Boards(),
        writes_per_minute=1_000,
    )
    with database.writing() as session:
        caller = demo_caller(session)
    return [_load(desk, caller, bundle) for bundle in (letter_counts(), gpqa())]


def _load(desk: Desk, caller: Caller, bundle: Bundle) -> str:
    with desk.database.writing() as session:
        publish(session, caller, bundle.benchmark, bundle.items)
    for new, columns in bundle.submissions:
        submit(desk, caller, bundle.benchmark.slug, new, columns)
    return bundle.benchmark.slug
