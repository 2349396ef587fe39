"""Writes the OpenAPI document of the service to `openapi.json`: python docs/write_openapi.py

The document is that of an installation that reads Parquet, as the development one does.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from app.main import create_app
from app.settings import Settings

PAGE = Path(__file__).parent / "openapi.json"


def written() -> str:
    """The document as text: the same for the same code, whatever the installation's settings."""
    with TemporaryDirectory() as folder:
        settings = Settings(
            database_url=f"sqlite:///{folder}/none.db", data_dir=Path(folder), root_path=""
        )
        app = create_app(settings)
        try:
            document = app.openapi()
        finally:
            app.state.context.app_state.database.dispose()
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Replaces the file."""
    PAGE.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
