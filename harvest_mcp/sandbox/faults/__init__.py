"""Faults as values: what goes wrong, on which calls, how many times, and when the write is carried out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from fnmatch import fnmatchcase
from threading import Lock
from typing import Literal, cast

from harvest_mcp.sandbox.asgi import Headers, HttpCall

Name = Literal[
    "delay",
    "status",
    "throttle",
    "drop",
    "truncate",
    "garbage",
    "huge",
    "drip",
    "gzip",
    "gzip-gzip",
    "redirect",
    "html",
    "many-headers",
    "lag",
    "unseen",
    "silent",
    "other-record",
    "other-location",
    "leftover",
]
Commit = Literal["before", "after", "never"]

HEADER = "x-sandbox-fault"
Calls = Literal["any", "reads", "writes"]
SECONDS = r"\d{1,6}(\.\d{1,6})?"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: the pattern of its value, the default value, and when the write is carried out by default.

    `calls` are the calls it strikes when armed without a method.
    """

    value: str
    default: str
    commit: Commit
    calls: Calls = "any"


KINDS: Mapping[str, Kind] = {
    "delay": Kind(SECONDS, "1", "before"),
    "status": Kind(r"[1-5]\d\d( html| empty)?", "500", "never"),
    "throttle": Kind(r"(429 )?(\d{1,6}|date( \d{1,6})?|none)", "15", "never"),
    "drop": Kind(r"|reset", "", "never"),
    "truncate": Kind(r"\d{0,9}", "", "before"),
    "garbage": Kind(r"[2-5]\d\d", "200", "before"),
    "huge": Kind(r"\d{1,5}", "32", "before"),
    "drip": Kind(SECONDS, "1", "before"),
    "gzip": Kind(r"\d{1,5}", "64", "before"),
    "gzip-gzip": Kind(r"\d{1,5}", "64", "before"),
    "redirect": Kind(r"\S+", "/account/sign_in", "never"),
    "html": Kind("", "", "never"),
    "many-headers": Kind(r"\d{1,7}", "10000", "before"),
    "lag": Kind(SECONDS, "30", "before", "reads"),
    "unseen": Kind(SECONDS, "5", "before", "reads"),
    "silent": Kind("", "", "before", "writes"),
    "other-record": Kind(r"\d{0,18}|/\S+", "", "before", "reads"),
    "other-location": Kind(r"\d{0,18}", "", "before", "writes"),
    "leftover": Kind(r"\d{0,18}|/\S+", "", "before"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong on the calls it matches. Names, with the meaning of their values:

    - `delay`: seconds before the answer; disarming the faults ends it, and carries out a write that was to come
    - `status`: a code with an error document, `502 html` with a web page, `502 empty` with nothing; `body` replaces it
    - `throttle`: 503, 429 in v2, with `Retry-After` in seconds, `date 7` as a date, `none` without; `429 7` under that
    - `drop`: the connection closes unanswered; `reset` resets it
    - `truncate`: only so many bytes of the answer (half when empty), then the connection closes
    - `garbage`: `body`, `content_type` and `headers` as given, under this status
    - `huge`, `gzip`, `gzip-gzip`: an answer of so many megabytes, plain, compressed, or compressed twice
    - `drip`: seconds before each byte of the answer
    - `redirect`: 302 to this address
    - `html`: the sign-in page, 200
    - `many-headers`: this many more headers on the answer
    - `lag`: a read is answered from the account as it was so many seconds ago
    - `unseen`: a read does not show what was created within so many seconds: a 404 for the record itself
    - `silent`: the true answer to a write that is then rolled back; the id in it stays used up
    - `other-record`: the body of another record of this id, or at this path; else of the nearest, older ones first
    - `other-location`: the answer to a create names this id instead of the new one, or that of an older record
    - `leftover`: another record's answer, or `body`, follows unrequested on a kept connection; never in process

    Armed without a method, `lag`, `unseen` and `other-record` strike reads (GET), `silent` and `other-location` writes.
    The write is carried out `before` the fault shows, `after` so many seconds whatever the caller does, or `never`.

    Raises:
        ValueError: there is no such fault, or it does not take this value.
    """

    name: Name
    value: str = ""
    _: KW_ONLY
    method: str | None = None
    path: str = "*"
    times: int | None = 1
    skip: int = 0
    commit: Commit | None = None
    after: float = 0.0
    body: bytes = b""
    content_type: str = "application/xml"
    headers: Headers = ()

    def __post_init__(self) -> None:
        if (kind := KINDS.get(self.name)) is None:
            raise ValueError(f"No fault is called {self.name!r}; there are: {', '.join(KINDS)}.")
        if not re.fullmatch(kind.value, self.setting):
            raise ValueError(f"The fault {self.name} does not take {self.value!r}.")
        if self.commit not in (None, "before", "after", "never"):
            raise ValueError("commit is before, after or never.")

    @property
    def setting(self) -> str:
        """The value, or the default of this kind."""
        return self.value or KINDS[self.name].default

    @property
    def commits(self) -> Commit:
        """When the write is carried out: as `commit` says, else after `after` seconds if set, else by default."""
        return self.commit or ("after" if self.after else KINDS[self.name].commit)

    def fits(self, call: HttpCall) -> bool:
        return self._fits_method(call.method) and fnmatchcase(call.path, self.path)

    def _fits_method(self, method: str) -> bool:
        calls = KINDS[self.name].calls
        if self.method is None and calls != "any":
            return (calls == "reads") == (method == "GET")
        return self.method in (None, method)


@dataclass(slots=True)
class Armed:
    """An armed fault, with the matching calls to skip and then to strike; `left` None strikes for ever."""

    fault: Fault
    skip: int
    left: int | None

    def strikes(self, call: HttpCall) -> bool:
        """Return whether the fault strikes this call; count the call if it matches."""
        if self.left == 0 or not self.fault.fits(call):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.left = None if self.left is None else self.left - 1
        return True


class Faults:
    """The armed faults, tried in order."""

    def __init__(self) -> None:
        self._armed: list[Armed] = []
        self._lock = Lock()
        self._cleared = 0

    def arm(self, fault: Fault) -> None:
        with self._lock:
            self._armed.append(Armed(fault, fault.skip, fault.times))

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()
            self._cleared += 1

    def lull(self) -> Callable[[], bool]:
        """Return a check whether the faults have been disarmed since now."""
        before = self._cleared
        return lambda: self._cleared != before

    def take(self, call: HttpCall) -> Fault | None:
        """Return the fault for this call: the one in its header, else the first armed one that strikes."""
        if (text := call.headers.get(HEADER)) is not None:
            return _asked(text)
        with self._lock:
            return next((armed.fault for armed in self._armed if armed.strikes(call)), None)


def _asked(text: str) -> Fault:
    """Return the fault in a header, or a 400 that says what is wrong with it."""
    try:
        return parse(text)
    except ValueError as error:
        return Fault("status", "400", body=str(error).encode(), content_type="text/plain")


def parse(text: str) -> Fault:
    """Parse a fault from a header: `delay=2`, or `drop; commit=after; after=0.25`.

    Raises:
        ValueError: it is no fault.
    """
    pairs = [part.strip().partition("=") for part in text.split(";")]
    options = {name: value for name, _, value in pairs[1:]}
    if unknown := set(options) - {"commit", "after"}:
        raise ValueError(f"A fault in a header takes commit and after, not {', '.join(sorted(unknown))}.")
    name, _, value = pairs[0]
    return Fault(
        cast(Name, name),
        value,
        commit=cast("Commit | None", options.get("commit")),
        after=float(options.get("after", "0")),
    )
