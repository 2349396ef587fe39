"""Limits on request bodies, as served by `GET /limits`."""

from dataclasses import dataclass
from typing import Annotated

from app.reply_fields import Doc

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, lengths in characters, counts; they hold for the decompressed stream."""

    wire_bytes: Annotated[int, Doc("A body on the wire.")] = 128 * MIB
    decoded_bytes: Annotated[int, Doc("A body once decompressed.")] = 512 * MIB
    json_document_bytes: Annotated[int, Doc("One JSON document; send NDJSON beyond.")] = 32 * MIB
    expansion: Annotated[int, Doc("Decompressed to compressed, at most, beyond 64 MiB.")] = 100
    line_bytes: Annotated[int, Doc("One line of NDJSON, one cell of CSV.")] = 64 * 1024
    answer_characters: Annotated[int, Doc("One answer.")] = 8 * 1024
    item_key_characters: Annotated[int, Doc("The key of an item.")] = 256
    rows: Annotated[int, Doc("Rows of one body.")] = 1_000_000
    samples: Annotated[int, Doc("Samples of one item.")] = 1_000
    options: Annotated[int, Doc("Numbers in one option_probs.")] = 255
    slots: Annotated[int, Doc("Items times samples.")] = 10_000_000
