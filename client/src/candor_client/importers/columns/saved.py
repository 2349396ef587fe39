"""Mappings that are kept in a file: how a kind of table is to be read, for every command.

A mapping file is a JSON object with any of `columns` (our field → header), `confidence_unit`,
`decimal`, `empty` and `rows`. A name that is no file is one that was saved under that name, in the
folder of the configuration.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, get_args

from candor_client.account import config_folder
from candor_client.errors import UsageError
from candor_client.importers.columns.names import FIELDS
from candor_client.importers.reading.numbers import unit_named
from candor_client.importers.reading.options import DEFAULTS, Decimal, Empty, Options
from candor_client.private_files import write_private
from candor_client.record import Imported, ImportProblem

_MEMBERS: Final = ("columns", "confidence_unit", "decimal", "empty", "rows")
_WORDS: Final[dict[str, tuple[str, ...]]] = {"decimal": get_args(Decimal), "empty": get_args(Empty)}


def with_mapping(options: Options, name: str) -> Options:
    """The options with those of a mapping file, which a given option goes before.

    Raises `ImportProblem` for a file that is none, `UsageError` for a name that was not saved.
    """
    saved = _load(name)
    columns = {**saved.pop("columns", {}), **options.columns}
    absent = {member: value for member, value in saved.items() if _is_absent(options, member)}
    return replace(options, columns=columns, **absent)


def options_with(mapping: str | None, **wishes: Any) -> Options:
    """Options out of a mapping file, if any, and wishes."""
    options = Options(**wishes)
    return options if mapping is None else with_mapping(options, mapping)


def keep_mapping(imported: Imported, options: Options, name: str) -> Path:
    """Writes how a table was read under a name, or to a path that ends in .json. Raises
    `UsageError` where it was no table."""
    if imported.columns is None:
        raise UsageError(f"{imported.source} is no table of rows, so there is no mapping to save.")
    columns = dict(imported.columns.columns)
    if "verdict" in imported.columns.how:
        columns["verdict"] += f":{imported.columns.how['verdict']}"
    left_out = {field: "" for field, header in options.columns.items() if not header}
    saved_fields = {
        "columns": {**columns, **left_out},
        "confidence_unit": imported.columns.unit or options.confidence_unit,
        "decimal": options.decimal,
        "empty": options.empty,
        "rows": options.rows,
    }
    text = json.dumps(
        {n: value for n, value in saved_fields.items() if value is not None}, indent=1
    )
    return write_private(_path(name), [text.encode() + b"\n"])


def _is_absent(options: Options, member: str) -> bool:
    return bool(getattr(options, member) == getattr(DEFAULTS, member))


def _path(name: str) -> Path:
    if name.endswith(".json"):
        return Path(name)
    if not name.replace("-", "").replace("_", "").isalnum():
        raise UsageError(f"{name!r} names no mapping: letters, digits and dashes, or a .json file.")
    return config_folder() / "mappings" / f"{name}.json"


def _load(name: str) -> dict[str, Any]:
    path = Path(name) if Path(name).is_file() else _path(name)
    try:
        saved = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        known = sorted(entry.stem for entry in (config_folder() / "mappings").glob("*.json"))
        raise UsageError(
            f"there is no mapping {name!r}; saved are: {', '.join(known) or 'none'}. Save one with "
            "candor push FILE --dry-run --save-mapping NAME."
        ) from None
    except (OSError, ValueError) as error:
        raise ImportProblem(f"{path}: cannot be read as JSON ({error}).") from None
    if not isinstance(saved, dict):
        raise ImportProblem(f"{path}: a mapping is a JSON object.")
    _check(path, saved)
    return saved


def _check(path: Path, saved: Mapping[str, Any]) -> None:
    for member, value in saved.items():
        if member not in _MEMBERS:
            raise ImportProblem(
                f"{path}: {member!r} is not known; there are {', '.join(_MEMBERS)}."
            )
        if member == "columns":
            _check_columns(path, value)
        elif member in _WORDS and value not in _WORDS[member]:
            raise ImportProblem(f"{path}: {member} is one of {', '.join(_WORDS[member])}.")
        elif not isinstance(value, str):
            raise ImportProblem(f"{path}: {member} is a text.")
    unit_named(saved.get("confidence_unit", "auto"))


def _check_columns(path: Path, columns: object) -> None:
    if not isinstance(columns, dict) or not all(
        isinstance(entry, str) for entry in columns.values()
    ):
        raise ImportProblem(f"{path}: columns is an object of our field to the file's header.")
    unknown = [field for field in columns if field not in FIELDS]
    if unknown:
        raise ImportProblem(f"{path}: no field {unknown[0]!r}; our fields are {', '.join(FIELDS)}.")
