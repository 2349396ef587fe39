"""Limits on request bodies, as served by `GET /limits`."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, lengths in characters, counts; they hold for the decompressed stream."""

    wire_bytes: int = 128 * MIB
    decoded_bytes: int = 512 * MIB
    json_document_bytes: int = 32 * MIB
    expansion: int = 100
    line_bytes: int = 64 * 1024
    answer_characters: int = 8 * 1024
    item_key_characters: int = 256
    rows: int = 1_000_000
    samples: int = 1_000
    options: int = 100
    slots: int = 10_000_000
