"""A call as an HTTP request, and a reply as a result or a typed error."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

import httpx2

from candor_client.account import Account
from candor_client.errors import Unreachable, problem_of
from candor_client.http.calls import Call, Reply

T = TypeVar("T")
_NUMBERED = re.compile(r"^\[Errno -?\d+\] ")
TIMEOUT = httpx2.Timeout(60.0, connect=10.0, read=300.0)


def request_headers(account: Account, call: Call[Any]) -> dict[str, str]:
    """Who calls, what is accepted, and the idempotency key of a write."""
    headers = {"Accept": call.accept, "User-Agent": f"candor-client/{_version()}"}
    if account.key is not None:
        headers["Authorization"] = f"Bearer {account.key}"
    if call.key is not None:
        headers["Idempotency-Key"] = call.key
    if call.version is not None:
        headers["If-Match"] = f'"v{call.version}"'
    if call.body is not None:
        headers |= call.body.headers()
    return headers


def result_of(call: Call[T], reply: httpx2.Response) -> T:
    """What the reply says. Raises the typed error of a refusal."""
    if reply.status_code >= 300:
        raise problem_of(
            reply.status_code, _problem_body(reply), retry_after=retry_after(reply.headers)
        )
    return call.read(Reply(reply.status_code, reply.headers, reply.text))


def unreachable(account: Account, error: httpx2.HTTPError) -> Unreachable:
    """The error of a request that got no reply."""
    what = _NUMBERED.sub("", str(error)) or type(error).__name__
    return Unreachable(f"{account.url} does not answer ({what}).")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, as a number or from a date."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _problem_body(reply: httpx2.Response) -> dict[str, Any]:
    try:
        body = json.loads(reply.text)
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    # A proxy in between speaks no problem+json.
    detail = f"HTTP {reply.status_code} from {reply.url.host}."
    if reply.has_redirect_location:
        home = str(reply.url.join(reply.headers["location"])).partition("/api/v1")[0]
        detail += f" It has moved; set CANDOR_URL to {home}"
    if reply.status_code == 413:
        detail += " A proxy before Candor takes no body of this size (nginx: client_max_body_size)."
    return {"status": reply.status_code, "detail": detail}


def _version() -> str:
    try:
        return version("candor-client")
    except PackageNotFoundError:
        return "0"
