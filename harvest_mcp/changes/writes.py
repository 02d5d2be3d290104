"""Every write goes through here: sent once, shielded from cancellation, read back, and settled when in doubt."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio

from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed, InDoubt, NotFound
from harvest_mcp.spec import Action, Record, Resource, Scalar

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)
T = TypeVar("T")

LONGEST = 150.0
"""Seconds a write may take in all, looks included; its own deadline, since its caller's may not cut it short."""
LOOKS = (0.3, 1.0, 2.0)
"""Seconds before each look: a server may commit a moment after the connection broke."""
ONCE = "It was not sent a second time."


@dataclass(frozen=True, slots=True)
class Change(Generic[R_co]):
    """A write that was carried out: the record as it now stands, or None when only reading it back failed.

    `settled` means that the answer was lost and a look found the write done; `differs` names columns the vendor
    stored otherwise than they were sent.
    """

    id: int
    record: R_co | None
    settled: bool = False
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """The writes of one account."""

    api: Api
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep

    async def create(
        self, resource: Resource[R], values: Mapping[str, Scalar], *, known: frozenset[int], where: Mapping[str, Scalar]
    ) -> Change[R]:
        """Create a record. `known` are the ids there before, among those listed with `where`.

        Raises:
            InDoubt: no answer came and the record is not to be found.
        """

        async def found() -> R | None:
            rows = await self.api.list(resource, where=where)
            new = [row for row in rows if row.id not in known and not _differs(row, values)]
            return new[0] if len(new) == 1 else None

        with _shielded(self._missing(resource)):
            try:
                id = await self.api.create(resource, values)
            except InDoubt as doubt:
                record = await self._look(found, doubt, self._missing(resource))
                return Change(record.id, record, settled=True)
            if id is None:
                nameless = InDoubt("The create was accepted, but the answer does not name the new record.")
                record = await self._look(found, nameless, self._missing(resource))
                return Change(record.id, record)
            return await self._back(resource, id, values)

    async def update(self, resource: Resource[R], id: int, values: Mapping[str, Scalar]) -> Change[R]:
        """Change the given columns of one record.

        Raises:
            InDoubt: no answer came and the record does not show the change.
        """

        async def found() -> R | None:
            row = await self.api.get(resource, id)
            return None if _differs(row, values) else row

        with _shielded(self._unchanged(resource, id)):
            try:
                await self.api.update(resource, id, values)
            except InDoubt as doubt:
                return Change(id, await self._look(found, doubt, self._unchanged(resource, id)), settled=True)
            return await self._back(resource, id, values)

    async def act(self, resource: Resource[R], action: Action, id: int, *, wanted: bool) -> Change[R]:
        """Flip the action's column, which is not yet `wanted`; never sent twice, since twice is back again.

        Raises:
            InDoubt: the record still shows the old state, whether or not an answer came.
        """

        async def found() -> R | None:
            row = await self.api.get(resource, id)
            return row if getattr(row, action.flips) == wanted else None

        with _shielded(self._unchanged(resource, id)):
            try:
                await self.api.act(resource, action, id)
            except InDoubt as doubt:
                return Change(id, await self._look(found, doubt, self._unchanged(resource, id)), settled=True)
            back = await self._back(resource, id, {action.flips: wanted})
            if not back.differs:
                return back
            accepted = InDoubt(f"The {action.verb} was accepted.")
            return Change(id, await self._look(found, accepted, self._unchanged(resource, id)))

    async def delete(self, resource: Resource[R], id: int) -> Change[R]:
        """Delete one record and read it again: only a 404 proves that it is gone.

        Raises:
            InDoubt: the record is still there, or could not be looked for.
        """

        async def gone() -> bool | None:
            try:
                await self.api.get(resource, id)
            except NotFound:
                return True
            return None

        with _shielded(self._unchanged(resource, id)):
            doubt: InDoubt | None = None
            try:
                await self.api.delete(resource, id)
            except InDoubt as lost:
                doubt = lost
            accepted = InDoubt("The delete was accepted.")
            await self._look(gone, doubt or accepted, self._unchanged(resource, id), at_once=doubt is None)
            return Change(id, None, settled=doubt is not None)

    async def _back(self, resource: Resource[R], id: int, values: Mapping[str, Scalar]) -> Change[R]:
        """The record as stored; a failure to read it does not turn a write that was accepted into a failed one."""
        try:
            record = await self.api.get(resource, id)
        except CallFailed:
            return Change(id, None)
        return Change(id, record, differs=_differs(record, values))

    async def _look(
        self, found: Callable[[], Awaitable[T | None]], doubt: InDoubt, next: str, *, at_once: bool = False
    ) -> T:
        """What `found` finds, now or a little later; otherwise the doubt, with what the looks showed.

        Raises:
            InDoubt: nothing was found, or no look succeeded.
        """
        saw = "It could not be read since."
        for pause in (0.0 if at_once else LOOKS[0], *LOOKS[1:]):
            await self.sleep(pause)
            try:
                if (result := await found()) is not None:
                    return result
                saw = f"{self.api.system.title} does not show the change so far."
            except CallFailed:
                continue
        raise InDoubt(f"{doubt.what} {saw}", state=ONCE, next=next)

    def _missing(self, resource: Resource[R]) -> str:
        check = self.api.system.tool("list", resource)
        return f"Call {check} in a minute, and create it again only if it is not there."

    def _unchanged(self, resource: Resource[R], id: int) -> str:
        check = f"{self.api.system.tool('get', resource)}({resource.key}={id})"
        return f"Call {check} in a minute, and repeat this only if it was not carried out."


@contextmanager
def _shielded(next: str) -> Iterator[None]:
    """A write's own deadline, which its caller's leaving does not cut short.

    Raises:
        InDoubt: the deadline passed.
    """
    try:
        with anyio.fail_after(LONGEST, shield=True):
            yield
    except TimeoutError:
        what = "The request was sent once, and no time was left to see what came of it."
        raise InDoubt(what, state=ONCE, next=next) from None


def _differs(record: Record, values: Mapping[str, Scalar]) -> tuple[str, ...]:
    """Columns whose stored value is not the one sent; line ends and outer blanks do not count, empty is null."""
    return tuple(name for name, value in values.items() if _plain(getattr(record, name)) != _plain(value))


def _plain(value: Scalar) -> Scalar:
    return (value.replace("\r\n", "\n").strip() or None) if isinstance(value, str) else value
