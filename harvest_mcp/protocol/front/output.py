"""Write to stdout in a thread before the SDK does, so that reading never waits for a slow client."""

import os
from _queue import SimpleQueue
from _thread import allocate_lock, start_new_thread


class StdoutWriter:
    """Writes lines in order; before the SDK serves, the process exits when nobody reads them any more."""

    def __init__(self) -> None:
        self._sink = os.dup(1)  # stdout as it is now: the SDK will redirect it
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self._error: OSError | None = None
        self._alone = True
        self._done = allocate_lock()
        self._done.acquire()
        start_new_thread(self._write, ())

    def send(self, line: bytes) -> None:
        """Write a line after those before it."""
        self._lines.put(line + b"\n")

    def finish(self, seconds: float = -1) -> bool:
        """Wait until everything is written or nobody reads it; False if that takes longer than so many seconds.

        Nothing can be sent afterwards.
        """
        self._lines.put(b"")
        if not self._done.acquire(timeout=seconds):
            return False
        self._done.release()
        return True

    def written(self) -> None:
        """Wait until everything is written.

        Raises:
            OSError: nobody reads any more.
        """
        self.finish()
        if self._error:
            raise self._error

    def leave(self) -> None:
        """Stop exiting the process when nobody reads."""
        self._alone = False

    def _write(self) -> None:
        try:
            while line := self._lines.get():
                left = memoryview(line)
                while left:
                    left = left[os.write(self._sink, left) :]
        except OSError as error:
            if self._alone:
                os._exit(0)
            self._error = error
        finally:
            self._done.release()
            os.close(self._sink)
