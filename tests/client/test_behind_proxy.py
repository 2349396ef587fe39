"""What the client says where a proxy answers in Candor's place, and that a prefix is kept."""

import httpx2
import pytest

import candor_client


def client_of(
    address: str, reply: httpx2.Response, asked: list[str] | None = None
) -> candor_client.Client:
    """A client whose requests are all answered with `reply`."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        if asked is not None:
            asked.append(str(request.url))
        return reply

    return candor_client.Client(address, "cdr_x", transport=httpx2.MockTransport(answer))


@pytest.mark.parametrize(
    "address",
    [
        "https://lab.example/candor",
        "https://lab.example/candor/",
        "https://lab.example/candor/api/v1",
    ],
)
def test_requests_keep_the_prefix(address: str) -> None:
    asked: list[str] = []
    reply = httpx2.Response(200, json={"data": [], "next_cursor": None})
    with client_of(address, reply, asked) as client:
        client.leaderboard("ten", target=0.75)
    assert asked[0].startswith("https://lab.example/candor/api/v1/benchmarks/ten/leaderboard?")


def test_an_address_that_has_moved_is_named() -> None:
    moved = "https://lab.example/candor/api/v1/benchmarks/ten/leaderboard?target=0.75"
    reply = httpx2.Response(301, headers={"Location": moved}, html="<h1>301</h1>")
    with (
        client_of("http://lab.example/candor", reply) as client,
        pytest.raises(
            candor_client.ProblemError, match=r"CANDOR_URL to https://lab\.example/candor$"
        ),
    ):
        client.leaderboard("ten", target=0.75)


def test_a_proxy_that_takes_no_large_body_is_told_apart() -> None:
    reply = httpx2.Response(413, html="<h1>413 Request Entity Too Large</h1>")
    with (
        client_of("https://lab.example", reply) as client,
        pytest.raises(candor_client.ProblemError, match="client_max_body_size"),
    ):
        client.submit("ten", [{"item": "q1", "answer": "a"}], model="m")
