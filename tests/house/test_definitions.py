"""A fact that is listed in several places is the same in each; the message says what is missing.

The fields of an item are those of `app/intake/items.py`, those of a row of predictions those of
`app/intake/rows.py`, the policy of a benchmark is `Policy` of `app/services/benchmarks/publish.py`,
the matchers those of `app/grading/registry.py`. A named text is defined in one module.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from app.api.openapi.request_bodies import ITEM, ROW, SCORED_ROW
from app.grading.registry import MATCHERS, MatcherName
from app.http.encode import reply_fields
from app.http.requests.benchmarks import BY_PENALTY, BenchmarkIn, PatchIn, PolicyIn
from app.intake import items, rows, scored, tables
from app.intake.columns import ItemColumns
from app.services.benchmarks.publish import NewBenchmark, Policy
from app.services.benchmarks.schemas import Benchmark, Item
from app.storage import benchmarks
from app.storage import items as stored
from app.storage.database.tables import benchmark, revision_item
from app.web.manage.page import FIELDS as FORM
from candor_client.pushing.datasets import ALIASES


def names(kind: Any) -> set[str]:
    """The fields of a dataclass."""
    return {field.name for field in fields(kind)}


def columns(table: Any) -> set[str]:
    """The columns of a table."""
    return {column.name for column in table.c}


def _told_on_the_form() -> set[str]:
    """The fields in the example of the form that publishes, and after "Also read"."""
    page = (ROOT / "app" / "web" / "templates" / "desk" / "publish.html").read_text()
    also = re.search(r"Also read: (.*?)\. ", page)
    assert also is not None
    return {*re.findall(r"<code>(\w+)</code>", also[1]), *re.findall(r'"(\w+)": ', page)}


ROOT: Final = Path(__file__).parents[2]
POLICY = names(Policy)
PLACES: dict[str, tuple[Iterable[str], Iterable[str]]] = {
    # Where: (what stands there, what should).
    "an item: ITEM of app/api/openapi/request_bodies.py": (ITEM["properties"], items.FIELDS),
    "an item: Item of app/services/benchmarks/schemas.py": (
        (field.name for field in reply_fields(Item)),
        items.FIELDS,
    ),
    "an item: ItemColumns of app/intake/columns.py": (
        names(ItemColumns) - {"digest", "given"},
        items.FIELDS,
    ),
    "an item: Item of app/storage/items.py": (names(stored.Item) - {"ordinal"}, items.FIELDS),
    "an item: ItemRows of app/storage/items.py": (
        names(stored.ItemRows) - {"ordinal"},
        items.FIELDS,
    ),
    "an item: revision_item of app/storage/database/tables.py": (
        columns(revision_item) - {"revision_id", "ordinal"} | {"key"},
        items.FIELDS,
    ),
    "an item: ALIASES of candor_client/pushing/datasets.py": (ALIASES, items.FIELDS),
    "an item: FACTS and NOT_SCORED of app/intake/scored.py": (
        {"key", *scored.FACTS, *scored.NOT_SCORED},
        items.FIELDS,
    ),
    "an item: what app/web/templates/desk/publish.html says is read": (
        {"key", "accepted", *_told_on_the_form()},
        items.FIELDS,
    ),
    "a row: ROW of app/api/openapi/request_bodies.py": (ROW["properties"], rows.FIELDS),
    "a row to score: SCORED_ROW of app/api/openapi/request_bodies.py": (
        SCORED_ROW["properties"],
        scored.FIELDS,
    ),
    "a policy: NewBenchmark of app/services/benchmarks/publish.py": (
        names(NewBenchmark) & POLICY,
        POLICY,
    ),
    "a policy: PolicyColumns of app/storage/benchmarks.py": (
        names(benchmarks.PolicyColumns),
        POLICY,
    ),
    "a policy: benchmark of app/storage/database/tables.py": (columns(benchmark) & POLICY, POLICY),
    "a policy: PatchIn of app/http/requests/benchmarks.py": (
        PatchIn.model_fields,
        POLICY | BY_PENALTY.keys(),
    ),
    "a policy: PolicyIn of app/http/requests/benchmarks.py": (
        PolicyIn.model_fields,
        POLICY - {"title", "description", "source", "training"} | BY_PENALTY.keys(),
    ),
    "a new benchmark: BenchmarkIn of app/http/requests/benchmarks.py": (
        BenchmarkIn.model_fields,
        names(NewBenchmark) - {"demo"} | BY_PENALTY.keys(),
    ),
    "a policy: Benchmark of app/services/benchmarks/schemas.py": (
        {field.name for field in reply_fields(Benchmark)} & POLICY,
        POLICY,
    ),
    "a policy: FIELDS of app/web/manage/page.py": (
        FORM,
        POLICY - {"fixed_targets", "quota", "training"},
    ),
    "the matchers: MatcherName of app/grading/registry.py": (get_args(MatcherName), MATCHERS),
}


@pytest.mark.parametrize("place", PLACES)
def test_every_place_lists_the_same(place: str) -> None:
    found, wanted = (set(one) for one in PLACES[place])
    assert not wanted - found, f"missing in {place}"
    assert not found - wanted, f"not known elsewhere, but in {place}"


def test_each_field_of_a_table_is_read_as_its_kind() -> None:
    """What a CSV cell holds: text, unless app/intake/tables.py says otherwise."""
    described = {**ITEM["properties"], **ROW["properties"]}
    told: dict[str, set[str]] = {
        "number": set(tables.NUMBERS),
        "integer": set(tables.WHOLE),
        "boolean": set(tables.FLAGS),
        "array": set(tables.LISTS),
        "object": set(tables.OBJECTS),
    }
    for kind, listed in told.items():
        wanted = {name for name, schema in described.items() if kind in _kinds(schema)}
        assert listed == wanted, f"{kind}: app/intake/tables.py"


def _kinds(schema: dict[str, Any]) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


SPELLED_BY_OTHERS: Final = {
    "PREFIX": "where OpenAPI has schemas; pages and the API import nothing of each other",
}
"""Constants that stand twice, with the reason."""


def constants_twice(root: Path) -> dict[str, list[str]]:
    """The modules that give one name one text, or one list of texts, by name; a leading underscore
    changes nothing."""
    modules: dict[tuple[str, str], list[str]] = {}
    for path in sorted(root.rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    pass
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    pass
                case _:
                    continue
            if name.isupper() and _is_text(value):
                key = (name.lstrip("_"), ast.dump(value))
                modules.setdefault(key, []).append(path.relative_to(root).as_posix())
    return {name: where for (name, _), where in modules.items() if len(where) > 1}


def _is_text(value: ast.expr) -> bool:
    if isinstance(value, ast.Tuple):
        return all(_is_text(element) for element in value.elts)
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def test_a_constant_is_defined_once() -> None:
    twice = constants_twice(ROOT / "app")
    assert not twice.keys() - SPELLED_BY_OTHERS.keys(), f"import it instead: {twice}"
    assert not SPELLED_BY_OTHERS.keys() - twice.keys(), "it stands once now: take it off the list"


def test_a_constant_that_stands_twice_is_found(tmp_path: Path) -> None:
    (tmp_path / "board.py").write_text('PENDING: Final = "pending"\n', "utf-8")
    (tmp_path / "card.py").write_text('_PENDING = "pending"\nKINDS = ("a", "b")\n', "utf-8")
    (tmp_path / "keys.py").write_text('KINDS: Final = ("a", "b")\nPENDING = "open"\n', "utf-8")
    assert constants_twice(tmp_path) == {
        "PENDING": ["board.py", "card.py"],
        "KINDS": ["card.py", "keys.py"],
    }
