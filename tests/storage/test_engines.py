"""How databases are opened."""

import pytest
from sqlalchemy import text

from app.storage.database.engines import open_engines
from tests.postgresql import Server


@pytest.mark.postgresql
def test_the_url_decides_over_our_defaults(postgresql: Server) -> None:
    url = postgresql.url("template")
    for address, name in ((url, "candor"), (f"{url}&application_name=mine", "mine")):
        engine = open_engines(address).writer
        with engine.connect() as connection:
            assert connection.execute(text("SHOW application_name")).scalar() == name
            assert connection.execute(text("SHOW statement_timeout")).scalar() == "1min"
        engine.dispose()
