"""About, how and rules: what they say is what the service does."""

import json
import re
import shlex
from pathlib import Path

import pytest

from app.scoring.catalogue.metrics import CATALOGUE
from app.web.charts.flip import crossing, flip_chart, score
from app.web.charts.worth import worth
from app.web.site.figures import FIGURES
from app.web.site.how_page import CAREFUL, EAGER
from tests.served import Served

HTML = {"Accept": "text/html"}


def about(served: Served, slug: str = "ten", **params: str) -> str:
    reply = served.client.get(f"/benchmarks/{slug}/about", params=params, headers=HTML)
    assert reply.status_code == 200, reply.text
    return reply.text


def test_the_prompt_is_the_one_of_the_api(served: Served) -> None:
    served.publish()
    for target in ("0", "0.5", "0.9", "0.333"):
        prompt = served.client.get("/api/v1/benchmarks/ten/prompt", params={"target": target}).text
        page = about(served, target=target)
        assert prompt.replace('"', "&#34;").replace("'", "&#39;") in page
    bad = served.client.get("/benchmarks/ten/about?target=2", headers=HTML)
    assert bad.status_code == 422


def test_the_curl_snippet_works_as_it_stands(served: Served) -> None:
    served.publish(missing_limit=1)
    page = about(served)
    code = re.findall(r'<pre id="code-curl"[^>]*>(.*?)</pre>', page, re.S)[0]
    code = code.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")
    command = code[code.index("curl") : code.index("# predictions")].replace("\\\n", " ")
    words = shlex.split(command.replace("$CANDOR_URL", "").replace("$CANDOR_KEY", served.admin))
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    path = next(word for word in words if word.startswith("/api/"))
    rows = code[code.index("{") :]
    for line in rows.splitlines():
        json.loads(line)
    reply = served.client.post(path, content=rows.encode(), headers=headers)
    assert reply.status_code == 201, reply.text
    assert reply.json()["counts"]["abstained"] == 1


def test_it_names_policy_and_areas(served: Served) -> None:
    items = [
        {"key": f"q{n}", "accepted": ["a"], "category": "History" if n else "Law"} for n in range(3)
    ]
    served.publish(
        items=items, description="Rare facts.", source="CC BY 4.0", missing_limit=0.05,
        ranked_attempt="first", abstention_phrases=["no idea"],
    )  # fmt: skip
    page = about(served)
    for said in ("Rare facts.", "CC BY 4.0", "History", "Law", "the first one ranks", "no idea",
                 "up to 5.0 %", "answers published", "Revision 1"):  # fmt: skip
        assert said in page
    assert page.index("History") < page.index("Law")


def test_a_hidden_benchmark_says_what_it_keeps(served: Served) -> None:
    served.publish(mode="hidden", fixed_targets=[0.5, 0.8])
    page = about(served)
    assert "Answers are hidden" in page
    assert "0.5, 0.8" in page
    assert "a0" not in page
    assert "ungraded</code></td>" not in page
    assert "tells at least 3 values. This benchmark has no quota" in page
    served.publish(slug="limited", mode="hidden", quota={"total": 20})
    page = about(served, "limited")
    assert "tells at least 4 values. Its quota limits how many." in page
    assert "Each owner may make 20 submissions in all." in page


def test_verdicts_are_asked_for_where_they_are_read(served: Served) -> None:
    served.publish(matcher="verdicts", items=[{"key": "q0"}, {"key": "q1"}])
    page = about(served)
    assert "self-reported" in page
    assert "<code>verdict</code>" in page
    assert "<code>answer</code>" not in page


def test_a_private_benchmark_has_no_page_for_strangers(served: Served) -> None:
    served.publish(visibility="private")
    assert served.client.get("/benchmarks/ten/about", headers=HTML).status_code == 404
    assert served.client.get("/benchmarks/none/about", headers=HTML).status_code == 404
    own = {"Authorization": f"Bearer {served.admin}"}
    assert served.client.get("/benchmarks/ten/about", headers=HTML | own).status_code == 200


def test_hostile_keys_stay_inside_their_snippet(served: Served) -> None:
    key = '</pre><script>alert(1)</script>"\\'
    served.publish(items=[{"key": key, "accepted": ["a"]}])
    page = about(served)
    assert "<script>alert" not in page
    assert "&lt;/pre&gt;" in page


def test_the_flip_is_the_published_one(shared: Path) -> None:
    golden = json.loads((shared / "golden/pub-openai-rank-flip.json").read_text())
    a, b = golden["input"]["a"], golden["input"]["b"]
    assert (CAREFUL.right, CAREFUL.wrong) == (a["correct"], a["wrong"])
    assert (EAGER.right, EAGER.wrong) == (b["correct"], b["wrong"])
    where = crossing(CAREFUL, EAGER)
    assert where == pytest.approx(golden["expected"]["t_cross"], abs=1e-12)
    assert where is not None
    assert score(CAREFUL, where) == pytest.approx(score(EAGER, where))
    assert score(EAGER, 0) > score(CAREFUL, 0)
    assert score(CAREFUL, 0.5) > score(EAGER, 0.5)
    assert "the order turns at t = 0.04" in flip_chart(CAREFUL, EAGER)


@pytest.mark.parametrize("target", [0.0, 0.2, 0.5, 0.75, 0.9])
def test_an_answer_pays_exactly_above_the_target(target: float) -> None:
    assert worth(target, target) == pytest.approx(0, abs=1e-12)
    assert worth(target + 0.05, target) > 0
    assert target == 0 or worth(target - 0.05, target) < 0


def test_how_works_the_example_by_hand(served: Served) -> None:
    page = served.client.get("/how", headers=HTML).text
    guesser = page[page.index("the guesser</th>") :]
    assert re.findall(r"<b>([+−\d.]+)</b>", guesser)[:4] == ["+60.0", "+20.0", "−60.0", "−300.0"]
    humble = page[page.index("the humble one</th>") :]
    assert re.findall(r"<b>([+−\d.]+)</b>", humble)[:4] == ["+50.0"] * 4
    ids = {metric.id for metric in CATALOGUE}
    assert {figure.id for figure in FIGURES} <= ids


def test_every_rule_is_on_the_page_and_can_be_found(served: Served) -> None:
    page = served.client.get("/rules", headers=HTML).text
    for metric in CATALOGUE:
        assert f'id="{metric.id}"' in page
    found = served.client.get("/rules", params={"q": "AUROC excess"}, headers=HTML).text
    shown = set(re.findall(r'<article class="card metric" id="(\w+)"', found))
    assert shown
    assert len(shown) < len(CATALOGUE)
    group = served.client.get("/rules", params={"group": "rates"}, headers=HTML).text
    assert 'id="accuracy"' in group
    assert 'id="brier"' not in group
    nothing = served.client.get("/rules", params={"q": "<script>x"}, headers=HTML)
    assert "Clear the filters" in nothing.text
    assert "<script>x" not in nothing.text
