"""The glossary's words are used: private ones come into no new file, and leave the old ones."""

import re
from pathlib import Path

from tests.house.test_docs import tracked

ROOT = Path(__file__).parents[2]
OLD = ROOT / "tests" / "house" / "old_words.txt"
WORDS = re.compile(
    r"\b(sheets?|gradebooks?|turnstiles?|partings?|portray\w*|doors?|roofs?|whoever|dress(es|ed)?)\b",
    re.I,
)
READ = {".py", ".html", ".js", ".md"}
SPEAK_OF_THEM = {"docs/glossary.md", "tests/house/test_words.py"}
"""Where the words are listed. `CHANGELOG.md` tells what was and is not read either."""


def with_private_words() -> dict[str, str]:
    """The files that hold such a word, by path, with the first of them."""
    found = {}
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix not in READ or name in SPEAK_OF_THEM or name == "CHANGELOG.md":
            continue
        # Names in code are read word by word: `open_door`, `openDoor`.
        text = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", path.read_text(encoding="utf-8"))
        first = WORDS.search(text)
        if first is not None:
            found[name] = first[0]
    return found


def test_no_new_file_has_a_private_word() -> None:
    listed = set(OLD.read_text().split())
    new = {name: word for name, word in with_private_words().items() if name not in listed}
    assert not new, f"use a word of docs/glossary.md instead: {new}"


def test_the_list_of_old_files_only_shrinks() -> None:
    listed = OLD.read_text().split()
    assert listed == sorted(set(listed))
    clean = [name for name in listed if name not in with_private_words()]
    assert not clean, f"take these lines out of tests/house/old_words.txt: {clean}"


def test_the_glossary_is_in_order() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text()
    words = re.findall(r"^\| ([a-z ]+) \|", page, flags=re.M)[1:]
    assert words == sorted(set(words))
