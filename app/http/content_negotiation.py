"""Which representation a caller wants: `format=` first, then `Accept`."""

from fastapi import Request

from app.problem import Problem


def wants(request: Request, offers: tuple[str, ...]) -> str:
    """The offered media type that `Accept` likes best; the first offer where it has no wish.

    Raises `not-acceptable` where none will do.
    """
    lines = request.headers.getlist("accept")
    accept = ",".join(lines) if lines else "*/*"
    best, best_quality = offers[0], 0.0
    for offer in offers:
        quality = _quality(accept, offer)
        if quality > best_quality:
            best, best_quality = offer, quality
    if best_quality == 0.0:
        raise Problem("not-acceptable", f"This address answers as {', '.join(offers)}.")
    return best


def _quality(accept: str, offer: str) -> float:
    """How much `accept` likes `offer`; the most specific range decides."""
    kind = offer.partition("/")[0]
    specific, quality = -1, 0.0
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        rank = {offer: 2, f"{kind}/*": 1, "*/*": 0}.get(name, -1)
        if rank > specific:
            specific, quality = rank, _weight(parameters)
    return quality


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
