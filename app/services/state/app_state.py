"""`AppState`: the database, caches and background jobs shared by requests."""

from dataclasses import dataclass, field

from app.services.state.background_jobs import BackgroundJobs, ConcurrencyLimiter
from app.services.state.board_cache import BoardCache
from app.services.state.locked_cache import LockedCache
from app.services.state.results import BoardRankRanges, ResampledFigures, Sweep, ViewKey
from app.services.state.revision_cache import RevisionCache
from app.storage.database.session import Database


@dataclass(frozen=True, slots=True)
class AppState:
    """The database and what was read from it and need not be read again.

    `writes_per_minute` is the number of writes one key may make in a minute, over all processes.
    `ranges` are rank ranges by board and view, computed for readers and kept; `regrades` says of a
    revision's row that every submission has been graded under it; `erasures` of what was deleted
    that nothing is left; `sweeps` are boards at every step of a dial. `uses` writes down when
    keys were last used. `heavy` is passed by what computes for long.
    """

    database: Database
    revision_cache: RevisionCache
    boards: BoardCache
    writes_per_minute: int
    ranges: BackgroundJobs[dict[ViewKey, BoardRankRanges]] = field(default_factory=BackgroundJobs)
    regrades: BackgroundJobs[bool] = field(default_factory=BackgroundJobs)
    sweeps: LockedCache[Sweep] = field(default_factory=LockedCache)
    resampled: BackgroundJobs[ResampledFigures] = field(default_factory=BackgroundJobs)
    uses: BackgroundJobs[bool] = field(default_factory=BackgroundJobs)
    erasures: BackgroundJobs[bool] = field(default_factory=BackgroundJobs)
    heavy_work: ConcurrencyLimiter = field(default_factory=ConcurrencyLimiter)
