"""The client that blocks.

    receipt = candor_client.Client().submit("rare-facts", "results.jsonl", model="gpt-5")

Writes carry an idempotency key and are tried again on lost connections and on 408, 425, 429, 502,
503 and 504; a submission that still could not be sent is kept in the spool and `Kept` is raised.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
import stamina

from candor_client.account import find_account
from candor_client.errors import InvalidData, ProblemError, ServerFault, Unreachable
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
from candor_client.unsent.spool import Spool, Waiting

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Flushed:
    """What became of one that waited: `state` is sent, waiting, refused or elsewhere."""

    file: str
    path: str
    state: str
    submission: str | None
    detail: str


class Client(AbstractContextManager["Client"]):
    """Speaks to one Candor. `url` and `key` default to CANDOR_URL and CANDOR_KEY, then to what
    `candor login` kept."""

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        patience: Patience | None = None,
        spool: Spool | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.account = find_account(url, key)
        self.spool = spool or Spool()
        self._patience = patience or Patience()
        self._http = httpx2.Client(
            base_url=self.account.url, timeout=TIMEOUT, transport=transport, trust_env=True
        )

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def submit(
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
        """Submits all predictions of one model: a path, rows, columns, or a DataFrame.

        Raises `InvalidRequest` with every bad row, `Refused`, `Kept`. Rows that were refused and
        stand in no file are written to one: the error's `rows_kept`, beside the `send_line`.
        """
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
        return self.send_or_keep(call, progress=progress)

    def publish(self, benchmark: Mapping[str, Any], items: Any = None) -> Benchmark:
        """Publishes a benchmark: slug, matcher and policy; items as rows, a file, or inside."""
        return self.send(uploads.publish(benchmark, items))

    def benchmarks(self, *, archived: bool = False) -> list[Benchmark]:
        """The benchmarks that this key may see, by slug: those in use, or the archived ones."""
        return list(self._pages(calls.benchmarks(archived=archived)))

    def benchmark(self, slug: str) -> Benchmark:
        """A benchmark's facts and policy."""
        return self.send(calls.benchmark(slug))

    def items(self, slug: str) -> list[Item]:
        """All questions, in order."""
        return self.send(calls.items(slug))

    def leaderboard(self, benchmark: str, **asked: Any) -> Leaderboard:
        """A board: rule, target or penalty, mode, category, tag, revision, as_of, limit, cursor."""
        return self.send(calls.board(benchmark, **asked))

    def leaderboard_text(self, benchmark: str, *, format: str, **asked: Any) -> str:  # noqa: A002
        """A board as `csv` or `markdown`."""
        return self.send(calls.board_text(benchmark, format=format, **asked))

    def compare(self, a: str, b: str, **asked: Any) -> dict[str, Any]:
        """Two submissions on the same items; differences are a minus b, positive favours a."""
        return self.send(calls.compare(a, b, **asked))

    def gate(
        self, candidate: Any, baseline: str | None, *, largest_loss: float = 0.02, **asked: Any
    ) -> dict[str, Any]:
        """May the candidate (a submission's id, or rows that are not stored) replace the baseline,
        losing at most `largest_loss` points an item (0.02 is 2 points per 100)?

        `asked` may name models on a `benchmark` instead: baseline_model (`against` newest or best:
        its submission before the candidate), candidate_model; baseline is None then.
        """
        return self.send(calls.gate(candidate, baseline, largest_loss=largest_loss, **asked))

    def submission(self, submission_id: str) -> Submission:
        """One submission with everything that may be shown of it."""
        return self.send(calls.submission(submission_id))

    def threshold(self, submission_id: str, *, risk: float = 0.05) -> GuaranteedThreshold:
        """From which stated confidence on at most a share `risk` of its answers is wrong, with
        95 %; `confidence` is None, with a `reason`, where none is safe enough."""
        return self.send(calls.threshold(submission_id, risk))

    def submissions(self, benchmark: str, **asked: Any) -> list[Submission]:
        """Every submission to a benchmark, newest first; `model` and `owner` filter."""
        return list(self._pages(calls.submissions(benchmark, **asked)))

    def predictions(self, submission_id: str) -> list[Prediction]:
        """What the model said, with outcomes where the benchmark shows them."""
        return list(self._pages(calls.predictions(submission_id)))

    def score(self, predictions: Any, **asked: Any) -> dict[str, Any]:
        """Every score of rows with verdicts or accepted answers; nothing is stored."""
        return self.send(uploads.score(predictions, **asked))

    def prompt(
        self, benchmark: str, target: float | None = None, *, penalty: float | None = None
    ) -> str:
        """The instruction to append to a question of this benchmark."""
        return self.send(calls.prompt(benchmark, target, penalty))

    def withdraw(self, submission_id: str, *, reason: str = "") -> Submission:
        """Takes a submission off its board; it stays listed, counted and marked."""
        return self.send(calls.withdraw(submission_id, reason))

    def erase(self, submission_id: str, *, reason: str = "") -> Submission:
        """Erases what a model said, for good; its row stays, marked and without a rank."""
        return self.send(calls.erase(submission_id, reason))

    def change(self, benchmark: str, *, at_version: int | None = None, **changes: Any) -> Benchmark:
        """Changes words and policy of a benchmark; None clears, what is not named stays.

        Raises `Conflict` where it is not `at_version`, the `version` that was read, any more.
        """
        return self.send(calls.change(benchmark, changes, at_version))

    def archive(self, benchmark: str, *, reason: str = "") -> Benchmark:
        """Makes a benchmark read-only and takes it off the list; its address and board stay."""
        return self.send(calls.archive(benchmark, reason))

    def unarchive(self, benchmark: str) -> Benchmark:
        """Puts an archived benchmark back on the list; it takes submissions again."""
        return self.send(calls.unarchive(benchmark))

    def delete(self, benchmark: str, *, reason: str = "") -> bool:
        """Deletes a benchmark with everything sent to it, for good.

        False while the server is still erasing what a large one held.
        """
        return self.send(calls.delete(benchmark, reason))

    def rules(self) -> list[dict[str, Any]]:
        """Every metric: id, formula, range, direction."""
        return self.send(calls.rules())

    def send(self, call: Call[T], *, progress: Progress | None = None) -> T:
        """Makes a call, again where that is safe and may help."""
        for attempt in stamina.retry_context(
            Backoff(self._patience),
            attempts=self._patience.attempts,
            timeout=self._patience.seconds,
        ):
            with attempt:
                return self._once(call, progress)
        raise AssertionError("a retry ends with a reply or an error")

    def send_or_keep(self, call: Call[T], *, progress: Progress | None = None) -> T:
        """Makes a call that may be kept: what cannot be sent now raises `Kept`."""
        try:
            result = self.send(call, progress=progress)
        except (Unreachable, ServerFault) as error:
            raise kept_for_later(call, error, self.spool, url=self.account.url) from error
        except ProblemError as error:
            keep_refused(call, error, self.spool.folder)
            raise
        self.spool.forget(call, url=self.account.url)
        forget_refused(call, self.spool.folder)
        return result

    def flush(self) -> Iterator[Flushed]:
        """Sends what waits for this server, oldest first; each is stored once."""
        for path in self.spool.waiting():
            try:
                waiting = self.spool.read(path)
            except InvalidData as error:
                yield Flushed(str(path), "", "refused", None, str(error))
                continue
            if waiting is not None:
                yield self._flush(waiting)

    def _flush(self, waiting: Waiting) -> Flushed:
        file, path = str(waiting.file), waiting.call.path
        if waiting.url != self.account.url:
            return Flushed(file, path, "elsewhere", None, f"It goes to {waiting.url}.")
        try:
            receipt = self.send(waiting.call)
        except (Unreachable, ServerFault) as error:
            return Flushed(file, path, "waiting", None, str(error))
        except ProblemError as error:
            if error.status in {401, 403}:
                return Flushed(file, path, "waiting", None, str(error))
            aside = self.spool.set_aside(waiting.file, error)
            return Flushed(str(aside), path, "refused", None, str(error))
        self.spool.done(waiting.file)
        return Flushed(file, path, "sent", receipt["id"], "")

    def _pages(self, call: Call[Any]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            page = self.send(calls.at(call, cursor))
            yield from page["data"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _once(self, call: Call[T], progress: Progress | None) -> T:
        content = None if call.body is None else call.body.chunks(progress)
        try:
            reply = self._http.request(
                call.method,
                call.target,
                content=content,
                json=call.json,
                headers=request_headers(self.account, call),
            )
        except httpx2.HTTPError as error:
            raise unreachable(self.account, error) from error
        return result_of(call, reply)
