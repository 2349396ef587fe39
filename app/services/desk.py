"""The desk: what the services keep at hand between requests."""

from dataclasses import dataclass, field

from app.services.boards import Boards
from app.services.later import Later
from app.services.ranges import Ranges, Which
from app.services.redraws import Redraws
from app.services.sheets import AnswerSheets
from app.services.sweep import Sweeps
from app.services.turnstile import Turnstile
from app.storage.session import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """The database and what was read from it and need not be read again.

    `writes_per_minute` is the number of writes one key may make in a minute, over all processes.
    `ranges` are rank ranges by board and view, computed for readers and kept; `regrades` says of a
    revision's row that every submission has been graded under it; `erasures` of what was deleted
    that nothing is left; `sweeps` are boards at every step of a dial. `uses` writes down when
    keys were last used. `heavy` is passed by what computes for long.
    """

    database: Database
    sheets: AnswerSheets
    boards: Boards
    writes_per_minute: int
    ranges: Later[dict[Which, Ranges]] = field(default_factory=Later)
    regrades: Later[bool] = field(default_factory=Later)
    sweeps: Sweeps = field(default_factory=Sweeps)
    redraws: Later[Redraws] = field(default_factory=Later)
    uses: Later[bool] = field(default_factory=Later)
    erasures: Later[bool] = field(default_factory=Later)
    heavy: Turnstile = field(default_factory=Turnstile)
