"""The shapes of rules and limits, for the OpenAPI document; a test holds the replies to them."""

from typing import Literal

from pydantic import Field

from app.http.shapes import Shape


class RuleOut(Shape):
    """A rule that a board ranks by: points of an item, p its confidence, t the target."""

    id: Literal["binary", "target", "quadratic", "bas"]
    name: str = Field(description="The field's term.")
    description: str = Field(description="One sentence that can be read alone.")
    parameters: list[str] = Field(description="Names in an address that belong to it.")
    correct: str
    wrong: str
    abstained: str
    missing: str
    range: str
    direction: Literal["up", "down"]
    proper: str = Field(description="Whether stating what one believes is best.")
    formula: str
    source: str


class MetricOut(Shape):
    """A figure that the service gives."""

    id: str
    name: str = Field(description="The field's term.")
    description: str = Field(description="One sentence that can be read alone.")
    formula: str
    range: str
    direction: Literal["up", "down", "none"]
    conditions: str = Field(description="When it is null, and what else to know.")
    source: str
    interval: str = Field(description="The method of its interval.")
    group: str


class RulesOut(Shape):
    """The rules that rank, and every figure."""

    rules: list[RuleOut]
    data: list[MetricOut]


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
