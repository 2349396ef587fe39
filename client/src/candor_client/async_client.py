"""The client that awaits: the same calls, the same retries, the same spool.

async with candor_client.AsyncClient() as client:
    receipt = await client.submit("rare-facts", rows, model="gpt-5")
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
import stamina

from candor_client.account import find_account
from candor_client.errors import ProblemError, ServerFault, Unreachable
from candor_client.http import calls, uploads
from candor_client.http.body import Progress
from candor_client.http.calls import Call
from candor_client.http.retries import Backoff, Patience
from candor_client.http.transport import TIMEOUT, request_headers, result_of, unreachable
from candor_client.results import (
    Benchmark,
    GuaranteedThreshold,
    Item,
    Leaderboard,
    Prediction,
    Receipt,
    Submission,
)
from candor_client.unsent.saved_rows import forget_refused, keep_refused, kept_for_later
from candor_client.unsent.spool import Spool

T = TypeVar("T")


class AsyncClient(AbstractAsyncContextManager["AsyncClient"]):
    """Speaks to one Candor without blocking; see `Client` for what each method does."""

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        patience: Patience | None = None,
        spool: Spool | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.account = find_account(url, key)
        self.spool = spool or Spool()
        self._patience = patience or Patience()
        self._http = httpx2.AsyncClient(
            base_url=self.account.url, timeout=TIMEOUT, transport=transport
        )

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def submit(
        self,
        benchmark: str,
        predictions: Any,
        *,
        model: str | Mapping[str, Any],
        stated_target: float | None = None,
        stated_penalty: float | None = None,
        confidence_source: str | None = None,
        confidence_unit: str | None = None,
        external_id: str | None = None,
        run: Mapping[str, Any] | None = None,
        reported: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        progress: Progress | None = None,
    ) -> Receipt:
        """Submits all predictions of one model: a path, rows, columns, or a DataFrame."""
        call = uploads.submit(
            benchmark,
            predictions,
            model=model,
            stated_target=stated_target,
            stated_penalty=stated_penalty,
            confidence_source=confidence_source,
            confidence_unit=confidence_unit,
            external_id=external_id,
            run=run,
            reported=reported,
            idempotency_key=idempotency_key,
        )
        return await self.send_or_keep(call, progress=progress)

    async def publish(self, benchmark: Mapping[str, Any], items: Any = None) -> Benchmark:
        """Publishes a benchmark."""
        return await self.send(uploads.publish(benchmark, items))

    async def benchmarks(self, *, archived: bool = False) -> list[Benchmark]:
        """The benchmarks that this key may see, by slug: those in use, or the archived ones."""
        return [one async for one in self._pages(calls.benchmarks(archived=archived))]

    async def benchmark(self, slug: str) -> Benchmark:
        """A benchmark's facts and policy."""
        return await self.send(calls.benchmark(slug))

    async def items(self, slug: str) -> list[Item]:
        """All questions, in order."""
        return await self.send(calls.items(slug))

    async def leaderboard(self, benchmark: str, **asked: Any) -> Leaderboard:
        """A board: rule, target or penalty, mode, category, tag, revision, as_of, limit, cursor."""
        return await self.send(calls.board(benchmark, **asked))

    async def compare(self, a: str, b: str, **asked: Any) -> dict[str, Any]:
        """Two submissions on the same items."""
        return await self.send(calls.compare(a, b, **asked))

    async def gate(
        self, candidate: Any, baseline: str | None, *, largest_loss: float = 0.02, **asked: Any
    ) -> dict[str, Any]:
        """May the candidate replace the baseline, losing at most `largest_loss` an item?"""
        return await self.send(calls.gate(candidate, baseline, largest_loss=largest_loss, **asked))

    async def submission(self, submission_id: str) -> Submission:
        """One submission with everything that may be shown of it."""
        return await self.send(calls.submission(submission_id))

    async def threshold(self, submission_id: str, *, risk: float = 0.05) -> GuaranteedThreshold:
        """From which stated confidence on at most a share `risk` of its answers is wrong, with
        95 %; `confidence` is None, with a `reason`, where none is safe enough."""
        return await self.send(calls.threshold(submission_id, risk))

    async def submissions(self, benchmark: str, **asked: Any) -> list[Submission]:
        """Every submission to a benchmark, newest first."""
        return [one async for one in self._pages(calls.submissions(benchmark, **asked))]

    async def predictions(self, submission_id: str) -> list[Prediction]:
        """What the model said, with outcomes where the benchmark shows them."""
        return [one async for one in self._pages(calls.predictions(submission_id))]

    async def score(self, predictions: Any, **asked: Any) -> dict[str, Any]:
        """Every score of rows; nothing is stored."""
        return await self.send(uploads.score(predictions, **asked))

    async def prompt(
        self, benchmark: str, target: float | None = None, *, penalty: float | None = None
    ) -> str:
        """The instruction to append to a question of this benchmark."""
        return await self.send(calls.prompt(benchmark, target, penalty))

    async def withdraw(self, submission_id: str, *, reason: str = "") -> Submission:
        """Takes a submission off its board."""
        return await self.send(calls.withdraw(submission_id, reason))

    async def erase(self, submission_id: str, *, reason: str = "") -> Submission:
        """Erases what a model said, for good; its row stays, marked and without a rank."""
        return await self.send(calls.erase(submission_id, reason))

    async def change(
        self, benchmark: str, *, at_version: int | None = None, **changes: Any
    ) -> Benchmark:
        """Changes words and policy of a benchmark; None clears, what is not named stays.

        Raises `Conflict` where it is not `at_version`, the `version` that was read, any more.
        """
        return await self.send(calls.change(benchmark, changes, at_version))

    async def archive(self, benchmark: str, *, reason: str = "") -> Benchmark:
        """Makes a benchmark read-only and takes it off the list; its address and board stay."""
        return await self.send(calls.archive(benchmark, reason))

    async def unarchive(self, benchmark: str) -> Benchmark:
        """Puts an archived benchmark back on the list; it takes submissions again."""
        return await self.send(calls.unarchive(benchmark))

    async def delete(self, benchmark: str, *, reason: str = "") -> bool:
        """Deletes a benchmark with everything sent to it, for good.

        False while the server is still erasing what a large one held.
        """
        return await self.send(calls.delete(benchmark, reason))

    async def rules(self) -> list[dict[str, Any]]:
        """Every metric: id, formula, range, direction."""
        return await self.send(calls.rules())

    async def send(self, call: Call[T], *, progress: Progress | None = None) -> T:
        """Makes a call, again where that is safe and may help."""
        async for attempt in stamina.retry_context(
            Backoff(self._patience),
            attempts=self._patience.attempts,
            timeout=self._patience.seconds,
        ):
            with attempt:
                return await self._once(call, progress)
        raise AssertionError("a retry ends with a reply or an error")

    async def send_or_keep(self, call: Call[T], *, progress: Progress | None = None) -> T:
        """Makes a call that may be kept: what cannot be sent now raises `Kept`."""
        try:
            result = await self.send(call, progress=progress)
        except (Unreachable, ServerFault) as error:
            raise kept_for_later(call, error, self.spool, url=self.account.url) from error
        except ProblemError as error:
            keep_refused(call, error, self.spool.folder)
            raise
        self.spool.forget(call, url=self.account.url)
        forget_refused(call, self.spool.folder)
        return result

    async def _pages(self, call: Call[Any]) -> AsyncIterator[Any]:
        cursor: str | None = None
        while True:
            page = await self.send(calls.at(call, cursor))
            for one in page["data"]:
                yield one
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def _once(self, call: Call[T], progress: Progress | None) -> T:
        try:
            reply = await self._http.request(
                call.method,
                call.target,
                content=None if call.body is None else _awaited(call, progress),
                json=call.json,
                headers=request_headers(self.account, call),
            )
        except httpx2.HTTPError as error:
            raise unreachable(self.account, error) from error
        return result_of(call, reply)


async def _awaited(call: Call[Any], progress: Progress | None) -> AsyncIterator[bytes]:
    """The body's chunks; they come from memory or a local file, too quick to be worth a thread."""
    assert call.body is not None
    for chunk in call.body.chunks(progress):
        yield chunk
