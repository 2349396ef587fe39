"""Embeds: SVG files that stand alone, may be fetched by other sites' proxies, and do no harm."""

import re
from xml.etree import ElementTree as ET

import pytest

from app.web.charts.frame import text_width
from app.web.embed.standalone_svg import POLICY, STYLE
from app.web.rendering import format as words
from tests.served import Served
from tests.web.hostile import NAMES

FILES = ("badge.svg", "chart.svg", "chart.svg?chart=rank", "chart.svg?chart=scatter", "share.svg")


def answers(right: int) -> list[dict[str, object]]:
    return [{"item": f"q{n}", "answer": f"a{n}" if n < right else "no"} for n in range(10)]


def embed(served: Served, name: str) -> str:
    reply = served.client.get(f"/benchmarks/ten/{name}")
    assert reply.status_code == 200, reply.text[-300:]
    assert reply.headers["content-type"] == "image/svg+xml"
    return reply.text


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("models", [0, 1, 12])
def test_files_stand_alone(served: Served, name: str, models: int) -> None:
    served.publish(title="Ten facts")
    for n in range(models):
        served.submit(answers(n % 11), model=f"model {n}")
    text = embed(served, name)
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(root.attrib["width"]) > 0
    assert "prefers-color-scheme: dark" in text
    assert not re.search(
        r"<script|<image|<use|href=|url\((?!#)|@import|@font-face|https?://(?!www\.w3\.org/2000/svg)",
        text,
    )
    assert root[0].tag.endswith("title")
    assert root[1].tag.endswith("desc")


def test_the_badge_and_the_picture_print_the_boards_numbers(served: Served) -> None:
    served.publish(title="Ten facts")
    served.submit(answers(9), model="good")
    served.submit(answers(5), model="bad")
    board = served.read("/benchmarks/ten/leaderboard", target="0.5")
    first = board["data"][0]
    badge = embed(served, "badge.svg?target=0.5")
    assert f"good {words.points(first['score']['value'])}" in badge
    assert "t = 0.5" in badge
    picture = embed(served, "share.svg?target=0.75")
    assert (
        picture.index(">good<") < picture.index("always “I don’t know”<") < picture.index(">bad<")
    )


def test_a_board_below_silence_says_so(served: Served) -> None:
    served.publish()
    served.submit(answers(1), model="bad")
    assert "no model above 0" in embed(served, "badge.svg?target=0.9")


def test_proxies_may_fetch_and_keep_them(served: Served) -> None:
    served.publish()
    reply = served.client.get("/benchmarks/ten/chart.svg")
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    assert reply.headers["cache-control"] == "public, max-age=300"
    assert reply.headers["content-security-policy"] == POLICY
    assert "'unsafe-inline'" not in POLICY
    again = served.client.get(
        "/benchmarks/ten/chart.svg", headers={"If-None-Match": reply.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    served.submit(answers(5))
    fresh = served.client.get(
        "/benchmarks/ten/chart.svg", headers={"If-None-Match": reply.headers["etag"]}
    )
    assert fresh.status_code == 200


def test_private_boards_are_nobodys_picture(served: Served) -> None:
    served.publish(visibility="private")
    for name in FILES:
        assert served.client.get(f"/benchmarks/ten/{name}").status_code == 404
    own = served.client.get(
        "/benchmarks/ten/badge.svg", headers={"Authorization": f"Bearer {served.admin}"}
    )
    assert own.headers["cache-control"] == "private, no-cache"
    assert own.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_hidden_board_shows_what_its_board_shows(served: Served) -> None:
    served.publish(mode="hidden")
    served.submit(answers(7), model="one")
    for name in FILES:
        embed(served, name)
    refused = served.client.get("/benchmarks/ten/badge.svg?target=0.6&mode=threshold")
    assert refused.status_code == 422
    assert served.client.get("/benchmarks/ten/badge.svg?rule=quadratic").status_code == 422


def test_hostile_names_are_only_text(served: Served) -> None:
    served.publish(title=NAMES[0])
    for n, name in enumerate(NAMES):
        served.submit(answers(n % 11), model=name)
    for name in FILES:
        root = ET.fromstring(embed(served, name))
        kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert kinds <= {"svg", "title", "desc", "style", "defs", "pattern", "path", "rect", "line",
                         "text", "circle", "g"}  # fmt: skip
        names = {key for element in root.iter() for key in element.attrib}
        assert not any(key.startswith("on") or key in {"href", "style"} for key in names)


def test_long_names_keep_clear_of_what_stands_beside_them(served: Served) -> None:
    served.publish(title="W" * 200)
    served.submit([{"item": f"q{n}", "answer": "a1"} for n in range(10)], model="m" * 120)
    picture = served.client.get("/benchmarks/ten/share.svg").text
    sized = re.findall(r'<text font-size="(\d+)"[^>]*x="([\d.]+)"[^>]*>([WwMm]+…)</text>', picture)
    assert [text[:1] for _, _, text in sized] == ["W", "m", "m"]
    for (size, x, text), end in zip(sized, (980, 600, 1060), strict=True):
        assert float(x) + text_width(text) * int(size) / 12.5 < end
    assert "1 model ·" in picture


def test_the_style_carries_no_page_rules() -> None:
    assert "max-width" not in STYLE
    assert "<" not in STYLE
