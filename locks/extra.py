"""Prints what an extra of the server adds, a requirement a line: python -m locks.extra NAME."""

import sys
import tomllib
from pathlib import Path


def main() -> int:
    """Prints the requirements of the extra that the first argument names."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    print("\n".join(project["optional-dependencies"][sys.argv[1]]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
