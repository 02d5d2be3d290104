"""Answer from a ready file until a line needs the SDK, which then takes over."""

import _signal  # type: ignore[import-not-found]  # `signal` without its names
import gc
import os
import sys
import time
from _collections_abc import Callable
from _thread import allocate_lock, start_new_thread

from harvest_mcp.protocol.front import messages
from harvest_mcp.protocol.front.output import StdoutWriter
from harvest_mcp.protocol.front.ready import OTHER, Ready

CHUNK = 65_536
IDLE = 0.03
"""Seconds without a line after which the rest is loaded: a client that asks for one list asks for the others at
once."""
PATIENCE = 20.0
"""Seconds a client has to read its answers after the input ended."""
INTERRUPTED = 130
SIGNALS = {"SIGINT": "Ctrl-C", "SIGTERM": "SIGTERM", "SIGHUP": "SIGHUP", "SIGBREAK": "Ctrl-Break"}


class Handover:
    """A conversation to be taken over: lines already answered that the SDK must see, the unread rest, and the
    output."""

    __slots__ = ("answered", "rest", "written")

    def __init__(self, answered: list[bytes], rest: bytes, written: Callable[[], None]) -> None:
        self.answered, self.rest, self.written = answered, rest, written


class Signalled(Exception):
    """Raised when a signal ends the wait for a line."""


class ReadyConversation:
    """The conversation so far. `noted` are lines that the SDK has to see too, as they change its state."""

    def __init__(self, ready: Ready) -> None:
        self._ready = ready
        self._revision: str | None = None
        self._eras: set[str] = set()
        self.noted: list[bytes] = []

    def take(self, line: bytes) -> bytes | None:
        """Return the answer to a line, empty if none is due; None if the SDK has to answer."""
        message = messages.read(line)
        if message is None:
            return None
        if not message.id:
            return self._note(line) if self._initialized(message) else None
        if message.method == "initialize":
            return self._greet(message, line)
        if message.enveloped:
            return self._answer(message, line, "modern", self._ready.modern)
        if message.params or (self._revision is None and message.method != "ping"):
            return None
        return self._answer(message, line, "legacy", self._ready.legacy[self._revision or OTHER])

    def _initialized(self, message: messages.Message) -> bool:
        return message.method == "notifications/initialized" and self._revision is not None and not message.params

    def _greet(self, message: messages.Message, line: bytes) -> bytes | None:
        if self._revision is not None or not message.greets:
            return None
        asked = message.params["protocolVersion"]
        self._revision = asked if asked in self._ready.legacy else OTHER
        self._eras.add("legacy")
        self._note(line)
        return self._ready.answer(message.id, self._ready.legacy[self._revision]["initialize"])

    def _answer(self, message: messages.Message, line: bytes, era: str, known: dict[str, int]) -> bytes | None:
        if (number := known.get(message.method)) is None:
            return None
        if era not in self._eras:  # let the SDK see that this era is in use
            self._eras.add(era)
            self._note(line)
        return self._ready.answer(message.id, number)

    def _note(self, line: bytes) -> bytes:
        self.noted.append(line)
        return b""


class Loading:
    """Imports what the first call needs in a thread; `load` can ask whether somebody waits for it."""

    def __init__(self, load: Callable[[Callable[[], bool]], None]) -> None:
        self._load, self._wanted, self._done = load, False, allocate_lock()
        self.begun = False

    def begin(self) -> None:
        import threading  # noqa: F401, PLC0415 - it takes the importing thread for the main one

        self.begun = True
        self._done.acquire()
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(0.0005)  # seconds a request may wait for the loading thread
        start_new_thread(self._run, ())

    def finish(self) -> None:
        """Wait until it is done, if it was begun."""
        self._wanted = True
        if self.begun:
            self._done.acquire()
            sys.setswitchinterval(self._interval)

    def _run(self) -> None:
        try:
            self._load(lambda: self._wanted)
        except Exception:  # noqa: S110 - the error comes again where it can be reported
            pass
        finally:
            self._done.release()


def converse(ready: Ready, load: Callable[[Callable[[], bool]], None]) -> Handover:
    """Answer until a line needs the SDK, and return where it takes over; if the conversation ends, exit the process."""
    gc.disable()  # imports create no garbage
    output, opening, loading = StdoutWriter(), ReadyConversation(ready), Loading(load)
    ears = SignalReader(tells=ready.tells)
    rest, spoke = b"", False
    try:
        while True:
            chunk = ears.hear(idles=spoke and not loading.begun)
            _end_where_told(ears, output)
            if chunk is None:
                loading.begin()
                continue
            lines = (rest + chunk).split(b"\n")
            if spoke and lines == [b""]:
                _end(output)
            while len(lines) > 1 and (answer := opening.take(lines[0])) is not None:
                if answer:
                    output.send(answer)
                    spoke = True
                del lines[0]
            rest = b"\n".join(lines)
            needed = len(lines) > 1 or not chunk or len(rest) > messages.LONGEST
            if needed and not ears.told:
                break
    finally:
        ears.close()
    _end_where_told(ears, output)
    output.leave()
    loading.finish()
    return Handover(opening.noted, rest, output.written)


class SignalReader:
    """Waits for input and signals: a signal ends the wait, or the next one; a second Ctrl-C ends the process."""

    def __init__(self, *, tells: bool) -> None:
        """`tells` is whether signals are logged."""
        self.told: list[str] = []
        self._waiting, self._tells = False, tells
        self._names = {getattr(_signal, name): says for name, says in SIGNALS.items() if hasattr(_signal, name)}
        heard = [number for number in self._names if _signal.getsignal(number) != _signal.SIG_IGN]
        self._before = {number: _signal.signal(number, self._hear) for number in heard}

    def hear(self, *, idles: bool) -> bytes | None:
        """Return a chunk of stdin, empty at its end or after a signal; None after `IDLE` seconds if `idles`."""
        try:
            try:
                self._waiting = True
                if self.told:
                    return b""
                return None if idles and _idle() else os.read(0, CHUNK)
            finally:
                self._waiting = False
        except (Signalled, OSError):  # an unreadable stdin counts as ended
            return b""

    def close(self) -> None:
        for number, handler in self._before.items():
            _signal.signal(number, handler)

    def tell(self, says: str) -> None:
        """Write a line in the form of the log."""
        if self._tells:
            now = time.time()
            stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
            os.write(2, f"{stamp},{int(now % 1 * 1000):03} WARNING harvest_mcp.stdio: {says}\n".encode())

    def _hear(self, number: int, frame: object) -> None:
        name = self._names[number]
        if number == _signal.SIGINT and name in self.told:
            self.tell("Ended at once by a second Ctrl-C. Still under way: nothing.")
            os._exit(INTERRUPTED)
        self.told.append(name)
        if self._waiting:
            self._waiting = False
            raise Signalled


def _idle() -> bool:
    """Return whether nothing comes for a while; on Windows, where a pipe cannot be polled, always True."""
    if os.name == "nt":
        return True
    from select import select  # noqa: PLC0415 - after the first answer

    return not select([0], [], [], IDLE)[0]


def _end_where_told(ears: SignalReader, output: StdoutWriter) -> None:
    if ears.told:
        ears.tell(f"Ended by {ears.told[0]}.")
        _end(output)


def _end(output: StdoutWriter) -> None:
    """Exit the process when everything is written; nothing needs what is still being loaded."""
    os._exit(0 if output.finish(PATIENCE) else 1)
