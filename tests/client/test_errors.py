"""The exceptions of the client: their tree as the module draws it, and their exit codes."""

import re

from candor_client import errors, record


def drawn() -> list[tuple[str, str, int]]:
    """Class, parent and exit code of every line of the tree."""
    path: list[str] = []
    lines = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"    ((?:[│ ]   )*)[├└]── (\w+) +(\d+)  ", line)
        if match:
            depth = len(match[1]) // 4
            path = [*path[:depth], match[2]]
            lines.append((match[2], path[depth - 1] if depth else "CandorError", int(match[3])))
    return lines


def subclasses(cls: type[errors.CandorError]) -> set[type[errors.CandorError]]:
    below = set(cls.__subclasses__())
    return below.union(*map(subclasses, below))


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    classes = {
        (cls.__name__, cls.__mro__[1].__name__, cls.exit_code)
        for cls in subclasses(errors.CandorError)
        if cls.__module__ in {errors.__name__, record.__name__}
    }
    assert set(drawn()) == classes
    assert len(drawn()) == len(classes)
