"""The wire of Harvest v2's time entries: one list of all days, and paths for timers (harvest-v2 18)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from harvest_mcp.spec import Action, Cursor, Exchange, Filter, Page, Part, Record, Request, Resource, Scope, Value
from harvest_mcp.wire.json.wires import Body, JsonWire, nothing

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries(JsonWire):
    """A list of which a person's day is a part, by column `day`.

    `rows` is the list's name in a timesheet, `open` the resource of what may be tracked on, and `sheet` makes a
    timesheet of both. An entry is `started` and `stopped` at paths of its own. The nested object `dropped` has a path
    of its own too, at which it is deleted. No day before `first` has entries.
    """

    day: str = ""
    rows: str
    open: Resource[Record]
    sheet: Callable[[date, Sequence[Record], Sequence[Record]], Part]
    started: str
    stopped: str
    dropped: str
    first: date = date.min

    @property
    def lists(self) -> str:
        return " of any days"

    def list(
        self, scope: Scope[R], where: Sequence[tuple[Filter, Value]] = (), cursor: Cursor | None = None
    ) -> Exchange[Page[R]]:
        days = ("from", "to") if scope.day and not any(given.query in ("from", "to") for given, _ in where) else ()
        at = [(Filter(name=each, type=date, query=each, says=""), scope.day) for each in days]
        return JsonWire.list(self, scope, (*where, *at), cursor)

    def update(self, scope: Scope[R], id: int, values: Mapping[str, Value]) -> Exchange[None]:
        if self.body(scope, values) == {self.dropped: None}:  # TE2-8
            return Exchange(Request("DELETE", f"{self.one(scope, id)}/{self.dropped}"), nothing)
        return JsonWire.update(self, scope, id, values)

    def act(self, scope: Scope[R], action: Action, id: int, said: Body | None = None) -> Exchange[None]:
        path = (self.started if action.to else self.stopped).format(id=id)
        return Exchange(Request("PATCH", path), nothing)


@dataclass(frozen=True, slots=True)
class OpenTo(JsonWire):
    """What is open to a person, whose id is in the path; without one, to the caller."""

    def at(self, scope: Scope[R]) -> str:
        return self.path.format(person=scope.person or "me")
