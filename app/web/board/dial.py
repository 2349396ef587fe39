"""The dial card of a board: target, penalty, ribbon and choices."""

from dataclasses import dataclass

from markupsafe import Markup

from app.http.urls import url
from app.scoring.rules import ScoringView
from app.services.board.ranking import View
from app.services.board.schemas import Leaderboard
from app.services.state.results import Sweep
from app.storage.benchmarks import Benchmark
from app.web.board.choices import Address, Link, Offer, mode_offers, target_offers
from app.web.board.lines import Lines
from app.web.board.ribbon import ribbon
from app.web.rendering import format as words


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardDial:
    """The contents of the dial card, and how the page's script may turn it.

    `turns` is exact (from counts), asking (the server, after a rest) or fixed (presets only).
    """

    value: str
    position: str
    spoken: str
    price: str
    pays: str
    idle: bool
    turns: str
    mode: str
    data: str
    presets: list[Link]
    modes: list[Link]
    ribbon: Markup | None


def board_dial(
    benchmark: Benchmark,
    board: Leaderboard,
    sweep: Sweep | None,
    lines: Lines,
    view: View,
    address: Address,
) -> BoardDial:
    """The dial card at a view of a board."""
    at = view.target
    terms: ScoringView = view
    numbered = view.rule in {"target", "binary"}
    names = {"quadratic": "all t", "bas": "BAS"}
    return BoardDial(
        value=names.get(view.rule) or (words.target_value(at.value) if at.units else "binary"),
        position=f"{at.value:.2f}",
        spoken=words.spoken_target(at),
        price=words.penalty(board.penalty or 0.0) if numbered else "varies",
        pays=words.pays(view.rule, at),
        idle=not numbered,
        turns="fixed" if sweep is None else "exact" if sweep.exact else "asking",
        mode=view.mode,
        data=address.at(url(f"/benchmarks/{benchmark.slug}/dial.json")),
        presets=[_link(offer, address) for offer in target_offers(benchmark, terms)],
        modes=[_link(offer, address) for offer in mode_offers(benchmark, terms)],
        ribbon=ribbon(lines.segments, steps=100) if lines.segments else None,
    )


def _link(offer: Offer, address: Address) -> Link:
    return Link(offer.label, address.href(**offer.changes), offer.chosen, offer.sets)
