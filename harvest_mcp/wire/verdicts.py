"""What an answer means for the call: success, or which failure."""

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

from harvest_mcp.errors import CallFailed, Forbidden, NotFound, NotTheApi, Refused, Throttled, Unauthorized, Unavailable
from harvest_mcp.spec import System
from harvest_mcp.wire import xml
from harvest_mcp.wire.exchange import Request, Response, dialect


def judge(
    system: System, request: Request, answer: Response, *, now: datetime, words: Callable[[str], str] = str
) -> CallFailed | None:
    """What an answer means for the call; None is success. Nothing of the answer is quoted but a short, cleaned hint.

    `now` turns a `Retry-After` that is a date into seconds; `words` takes out of a hint what must not be quoted.
    """
    title, status = system.title, answer.status
    if status == 401:
        return Unauthorized(
            f"{title} does not accept the credentials (401).", next="Check them with `harvest-mcp doctor`."
        )
    if status == 429 or (status == 503 and (not request.writes or "retry-after" in answer.headers)):
        # A bare 503 after a write may come from a proxy, after the fact; only a throttle names a time.
        seconds = retry_after(answer.headers.get("retry-after"), now=now, missing=system.plan.pause)
        return Throttled(f"{title} is throttling this account ({status}).", seconds=seconds, next=_wait(seconds))
    if status >= 500:
        return Unavailable(f"{title} failed to answer ({status}).", next="Try again in a minute.")
    page = xml.looks_like_html(answer.body) and status not in dialect(system).WORDED_AS_PAGES
    if 300 <= status < 400 or page:
        return _elsewhere(title, request, status)
    if status in dialect(system).FORBIDS:
        return Forbidden(
            f"{title} does not let this user do that ({status}).", next="Give the user the right, and the API access."
        )
    if status == 404:
        return NotFound(f"{title} knows no {request.path}, or this user may not see it (404).")
    if status >= 400:
        said = answer.headers.get("hint") or dialect(system).error_text(answer.body)
        refusal = refused(system, f"{title} refused this ({status}).", said, words=words)
        refusal.kind = dialect(system).error_kind(answer.body)
        return refusal
    return None


def refused(system: System, what: str, said: str, *, words: Callable[[str], str] = str) -> Refused:
    """A refusal with the vendor's own explanation behind it, cleaned."""
    hint = clean(words(said))
    return Refused(f'{what.rstrip(".")}: "{hint}" ({system.title}\'s words).' if hint else what, hint=hint)


def _elsewhere(title: str, request: Request, status: int) -> CallFailed:
    kind = "a redirect" if 300 <= status < 400 else "a web page"
    what = f"The address answered with {kind} ({status}) instead of {title}'s XML."
    if request.writes and status < 400:
        return Unavailable(what, next="Check the address with `harvest-mcp doctor`.")
    return NotTheApi(what, next="Check the address with `harvest-mcp doctor`; the API may be gone there.")


def retry_after(text: str | None, *, now: datetime, missing: float) -> float:
    """Seconds to wait, from seconds or an HTTP date, between 0 and an hour; `missing` for anything else."""
    text = (text or "").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return min(float(text), 3600.0)
    try:
        return min(max((parsedate_to_datetime(text) - now).total_seconds(), 0.0), 3600.0)
    except (TypeError, ValueError, OverflowError):
        return missing


def clean(text: str, *, most: int = 200) -> str:
    """A vendor's words on one line, quotes kept apart from ours, cut at `most` characters."""
    line = " ".join(text.replace('"', "'").split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _wait(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"Wait {whole} second{'' if whole == 1 else 's'} and call again."
