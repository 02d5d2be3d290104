"""What a response means for the call: success, or which failure."""

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

from harvest_mcp.errors import CallFailed, Forbidden, NotFound, NotTheApi, Refused, Throttled, Unauthorized, Unavailable
from harvest_mcp.spec import Request, Response, System
from harvest_mcp.wire import xml


def judge(
    system: System, request: Request, answer: Response, *, now: datetime, words: Callable[[str], str] = str
) -> CallFailed | None:
    """Return the failure a response means; None for success.

    Nothing of the response is quoted but a short, cleaned hint. `now` turns a `Retry-After` date into seconds; `words`
    removes secrets from a hint.
    """
    title, status = system.title, answer.status
    if status == 401:
        what = f"{title} does not accept the credentials (401)."
        return Unauthorized(what, next=" ".join(filter(None, (CHECK_THEM, _moved(system, answer)))))
    if status == 429 or (status == 503 and (not request.writes or "retry-after" in answer.headers)):
        # A bare 503 after a write may come from a proxy, after the fact; only a throttle names a time.
        said = answer.headers.get("retry-after") or system.dialect.pause(answer.body)
        seconds = retry_after(said, now=now, missing=system.plan_of(request.path).pause)
        return Throttled(f"{title} is throttling this account ({status}).", seconds=seconds, next=_wait(seconds))
    if status >= 500:
        return Unavailable(f"{title} failed to answer ({status}).", next="Try again in a minute.")
    page = xml.looks_like_html(answer.body)
    if 300 <= status < 400 or (status < 300 and page):
        return _elsewhere(system, request, status)
    if status in system.dialect.forbids:
        return Forbidden(
            f"{title} does not let this user do that ({status}).", next="Give the user the right, and the API access."
        )
    if status in GONE and _door(system, request):
        return _elsewhere(system, request, status)
    if status >= 400:
        return _turned_down(system, request, answer, page=page, words=words)
    return None


def _turned_down(
    system: System, request: Request, answer: Response, *, page: bool, words: Callable[[str], str]
) -> CallFailed:
    """Return the failure of a 4xx: the status decides, a body with a message explains; a web page has no message."""
    title, status, speak = system.title, answer.status, system.dialect
    said = answer.headers.get("hint") or ("" if page else speak.error_text(answer.body))
    if status == 404:
        hint = clean(words(said))
        what = f"{title} knows no {request.path}, or this user may not see it (404)."
        # What a write refers to may be missing, not what it is sent to: only the message tells.
        return NotFound(quoting(system, what, hint) if request.writes else what, hint=hint)
    what = f"{title} refused this ({status}){' with a web page' if page else ''}."
    refusal = refused(system, what, said, words=words)
    refusal.kind = "" if page else speak.error_kind(answer.body)
    refusal.next = CHECK if page else ""
    return refusal


def refused(system: System, what: str, said: str, *, words: Callable[[str], str] = str) -> Refused:
    """Return a refusal with the vendor's own explanation, cleaned."""
    hint = clean(words(said))
    return Refused(quoting(system, what, hint), hint=hint)


def quoting(system: System, what: str, hint: str) -> str:
    """Return a sentence followed by the vendor's own words, if there are any."""
    return f'{what.rstrip(".")}: "{hint}" ({system.title}\'s words).' if hint else what


def _door(system: System, request: Request) -> bool:
    """Return whether this asks who is calling, which every user may: only there a 404 is about the API."""
    return system.identity is not None and request.path == system.identity.path


def _elsewhere(system: System, request: Request, status: int) -> CallFailed:
    """Return the failure if something other than the API answered; only `_door` tells whether the API is gone."""
    title, language, check = system.title, system.dialect.language, CHECK
    off = f"{CHECK} The API seems to be off there; {system.moved}" if system.moved else SWITCHED
    kind = "a redirect" if 300 <= status < 400 else "a web page"
    what = f"The address answered with {kind} ({status}) instead of {title}'s {language}."
    if status in GONE:
        return NotTheApi(
            f"The address knows no {request.path} ({status}), which {title}'s {language} API has.", next=off
        )
    if request.writes:
        return Unavailable(what, next=CHECK)
    if system.moved:
        check = f"{CHECK} If the API is off there, {system.moved}"
    return NotTheApi(what, next=off if _door(system, request) else check)


def _moved(system: System, answer: Response) -> str:
    """Return how to move to the newer API, if one exists and this response may not be the old one's."""
    foreign = xml.looks_like_html(answer.body) or answer.body.lstrip()[:1] in (b"{", b"[")
    return f"If the API is off there, {system.moved}" if system.moved and foreign else ""


GONE = frozenset({404, 410})
CHECK = "Check the address with `harvest-mcp doctor`."
CHECK_THEM = "Check them with `harvest-mcp doctor`."
SWITCHED = "Check the address with `harvest-mcp doctor`; the API may be gone there."


def retry_after(text: str | None, *, now: datetime, missing: float) -> float:
    """Return the seconds to wait, from seconds or an HTTP date, from 0 to an hour; `missing` for anything else."""
    text = (text or "").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return min(float(text), 3600.0)
    try:
        return min(max((parsedate_to_datetime(text) - now).total_seconds(), 0.0), 3600.0)
    except (TypeError, ValueError, OverflowError):
        return missing


def clean(text: str, *, most: int = 200) -> str:
    """Return a vendor's words on one line, with quotes that differ from ours, cut at `most` characters."""
    line = " ".join(text.replace('"', "'").split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _wait(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"Wait {whole} second{'' if whole == 1 else 's'} and call again."
