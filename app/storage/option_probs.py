"""Option probabilities on the shelf: one packed blob a submission, with a CRC-32."""

import zlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, select

from app.problem import Problem
from app.scoring.options import FORMAT, OptionProbs, pack_options, unpack_options
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import option_probs


def add_options(
    session: WriteSession,
    submission_id: int,
    options: OptionProbs,
    *,
    ordinals: NDArray[np.int64],
    samples: int,
) -> None:
    """Stores the rows; slots are counted from the benchmark's items, as those of predictions."""
    place, sample = np.divmod(options.slot, samples)
    body = pack_options(replace(options, slot=ordinals[place] * samples + sample))
    session.run(
        insert(option_probs).values(
            submission_id=submission_id, body=body, body_crc=zlib.crc32(body), format=FORMAT
        )
    )


def load_options(
    session: ReadSession, submission_id: int, *, ordinals: NDArray[np.int64], samples: int
) -> OptionProbs | None:
    """The rows by slot of a revision whose items stand at `ordinals`; None where none were sent.

    Raises `corrupt`.
    """
    row = session.run(
        select(option_probs.c.body, option_probs.c.body_crc).where(
            option_probs.c.submission_id == submission_id
        )
    ).first()
    if row is None:
        return None
    if zlib.crc32(row.body) != row.body_crc:
        raise Problem("corrupt", "Stored probabilities failed their checksum; restore a backup.")
    options = unpack_options(bytes(row.body))
    ordinal, sample = np.divmod(options.slot, samples)
    place_of = np.full(int(max(ordinal.max(initial=0), ordinals.max(initial=0))) + 1, -1)
    place_of[ordinals] = np.arange(len(ordinals))
    place = place_of[ordinal]
    return options.at(np.where(place < 0, -1, place * samples + sample))
