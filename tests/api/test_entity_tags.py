"""Conditional requests are read alike wherever a reply carries an ETag."""

import re
from pathlib import Path

import pytest

import app
from app.http.content_negotiation import expected_tags
from tests.served import Served


@pytest.mark.parametrize(
    "address", ["/api/v1/benchmarks/ten/leaderboard", "/benchmarks/ten/badge.svg"]
)
def test_what_is_there_already_is_not_sent_again(served: Served, address: str) -> None:
    served.publish()
    served.client.get(address)
    served.settle()  # rank ranges that arrive change the tag
    tag = served.client.get(address).headers["ETag"]
    same = (
        [tag],
        [f"W/{tag}"],
        [f'"another", {tag}'],
        [f'"another",{tag},"third"'],
        ['"with,a,comma"', tag],
        ["*"],
    )
    for lines in same:
        reply = served.client.get(address, headers=[("If-None-Match", line) for line in lines])
        assert (reply.status_code, reply.content) == (304, b""), lines
        assert reply.headers["ETag"] == tag
    for other in ('"another"', tag.strip('"'), "", f'"{tag[1:-2]}"'):
        assert served.client.get(address, headers={"If-None-Match": other}).status_code == 200


def test_a_tag_that_a_change_is_to_meet_is_strong() -> None:
    assert expected_tags(None) is None
    assert expected_tags("*") == ["*"]
    assert expected_tags('"1", "r2-complete"') == ['"1"', '"r2-complete"']
    assert expected_tags('W/"1"') == ['W/"1"']
    assert expected_tags("") == expected_tags("1") == []


def test_the_header_lines_of_accept_are_one_list(served: Served) -> None:
    served.publish()
    lines = [("Accept", "image/png"), ("Accept", "text/csv;q=0.5")]
    reply = served.client.get("/api/v1/benchmarks/ten/leaderboard", headers=lines)
    assert reply.headers["Content-Type"].startswith("text/csv")


def test_these_headers_are_read_in_one_place() -> None:
    """No second parser: the names stand where they are parsed and where they are described."""
    there = Path(app.__file__).parent
    read = re.compile(r"""headers\b.{0,20}["'](accept|if-none-match|if-match)["']""", re.IGNORECASE)
    assert read.search('known = request.headers.get("if-none-match", "")')
    found = {
        path.relative_to(there).as_posix()
        for path in there.rglob("*.py")
        if read.search(path.read_text("utf-8"))
    }
    assert found == {"http/content_negotiation.py"}
