"""The shape of limits, for the OpenAPI document; a test holds the reply to it."""

from pydantic import Field

from app.http.shapes import Shape


class LimitsOut(Shape):
    """What a client may send. Sizes hold for the decompressed stream unless named `wire`."""

    wire_bytes: int = Field(description="A body on the wire.")
    decoded_bytes: int = Field(description="A body once decompressed.")
    json_document_bytes: int = Field(description="One JSON document; send NDJSON beyond.")
    small_body_bytes: int = Field(description="A JSON body that carries no rows.")
    expansion: int = Field(description="Decompressed to compressed, at most.")
    line_bytes: int = Field(description="One line of NDJSON, one cell of CSV.")
    answer_characters: int
    item_key_characters: int
    question_characters: int
    rows: int = Field(description="Rows of one body.")
    samples: int = Field(description="Samples of one item.")
    slots: int = Field(description="Items times samples.")
    options: int = Field(description="Numbers in one option_probs.")
    accepted_answers: int = Field(description="Accepted answers of one item.")
    choices: int = Field(description="Choices of one item.")
    item_tags: int
    highest_target: float = Field(description="A share; targets have at most 4 decimals.")
    confidence_step: float = Field(description="Confidences are kept in these steps.")
    targets: int = Field(description="Targets of one POST /score.")
    missing: int = Field(description="Missing items of one POST /score.")
    resamples: int = Field(description="Redraws of one POST /score.")
    bins: int = Field(description="Bins of a calibration error of one POST /score.")
    categories_compared: int = Field(description="Categories of one GET /compare, the largest.")
    page_rows: int = Field(description="Rows a page of a list.")
    writes_per_minute: int = Field(description="Writes a key, over all processes.")
    reads_per_minute: int = Field(description="Reads an address, each process.")
    media_types: list[str] = Field(
        description="Content types of bodies that are read here; Parquet is an optional extra."
    )
