"""What to do about a problem, where that does not stand in its own words."""

from candor_client.errors import CandorError, Kept, ProblemError, Unreachable
from candor_client.tables.parquet import reads_parquet


def hint(error: CandorError) -> str | None:
    """One line with the next step, or None where the problem has said it."""
    if isinstance(error, Kept):
        error = error.cause
    if isinstance(error, Unreachable):
        return "Is that the server? Set CANDOR_URL or --url, or run candor login."
    return _about_a_refusal(error) if isinstance(error, ProblemError) else None


def _about_a_refusal(error: ProblemError) -> str | None:
    asked = str(error.body.get("instance") or "")
    if error.status == 401:
        return "Set CANDOR_KEY, or keep a key with: candor login"
    if asked.endswith("/submissions") and any(one.code == "unknown-field" for one in error.errors):
        return "candor push reads other headers: --column answer=HEADER, --column item=HEADER."
    if error.status == 415 and not reads_parquet():
        return "With pyarrow installed beside it, this command reads Parquet itself."
    if error.status != 404:
        return None
    if "/benchmarks/" in asked:
        return f"Asked for {asked}; candor benchmarks lists what this key may see."
    return f"Asked for {asked}; candor leaderboard SLUG --json names every submission."
