"""What an operator's machines ask: alive, ready, measured."""

from tests.served import Served


def test_alive_and_ready(served: Served) -> None:
    assert served.client.get("/healthz").json() == {"status": "ok"}
    ready = served.client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["writable"] is True


def test_requests_are_counted_by_template(served: Served) -> None:
    served.publish()
    served.read("/benchmarks/ten/leaderboard", target="0.5")
    text = served.client.get("/metrics").text
    lines = [line for line in text.splitlines() if line.startswith("candor_requests_total")]
    template = 'method="GET",route="/benchmarks/{slug}/leaderboard",status="200"'
    assert any(template in line for line in lines)
    assert not any("target" in line or "/ten" in line for line in lines)
