"""An authenticated call, with everything needed to answer it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from harvest_mcp.sandbox.asgi import HttpCall, is_loopback
from harvest_mcp.sandbox.harvest_v2.settings import Settings
from harvest_mcp.sandbox.harvest_v2.tables import COMPANY, PEOPLE, TEAMMATES, USER_ASSIGNMENTS
from harvest_mcp.sandbox.harvest_v2.wire.refusal import missing
from harvest_mcp.sandbox.harvest_v2.wire.write_json import Raw, raw
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.spec import Record, Resource, Value
from harvest_mcp.systems.harvest.timezones import ZONES

ACCOUNT_ID = 910_001
NAME, SUBDOMAIN = "Kestrel Studio", "kestrel"
BASE_URI = f"https://{SUBDOMAIN}.harvestapp.com"
CURRENCY = "USD"
TIMEZONE = "Eastern Time (US & Canada)"
ROLES = ("administrator", "manager", "member")
LARGE = frozenset({"hours", "expenses", "contacts", "invoices"})
"""Large tables, of which a single row is read by itself."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller: the person's row, one of the three roles, and a manager's extras (harvest-v2 5.1)."""

    person: Row
    role: str
    extras: frozenset[str] = frozenset()

    @property
    def id(self) -> int:
        return number(self.person["id"])

    @property
    def administrator(self) -> bool:
        return self.role == "administrator"

    @property
    def manager(self) -> bool:
        return self.role == "manager"

    def has(self, *extras: str) -> bool:
        """Return whether this is an administrator, or a manager with one of these extras."""
        return self.administrator or (self.manager and bool(self.extras & set(extras)))

    @property
    def full_name(self) -> str:
        return full_name(self.person)


@dataclass
class Visit:
    """An authenticated call; `ids` are those in the path, by name: `id`, `owner`."""

    store: Store
    settings: Settings
    caller: Caller
    call: HttpCall
    ids: Mapping[str, int] = field(default_factory=dict)
    _tables: dict[str, dict[int, Row]] = field(default_factory=dict)
    _periods: dict[str, dict[int, list[tuple[date, date]]]] = field(default_factory=dict)
    _fragments: dict[tuple[object, ...], Raw] = field(default_factory=dict)
    _indexes: dict[tuple[str, ...], dict[tuple[Value, ...], Row]] = field(default_factory=dict)
    _groups: dict[tuple[str, str], dict[Value, list[Row]]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.ids["id"]

    @property
    def owner(self) -> int:
        return self.ids["owner"]

    @property
    def now(self) -> datetime:
        return self.store.now()

    @cached_property
    def company(self) -> Row:
        return self.store.rows(COMPANY)[0]

    @property
    def by_clock(self) -> bool:
        return bool(self.company["by_clock"])

    def rows(self, table: Resource[Record]) -> dict[int, Row]:
        """Return all rows of a table by id, read once per call; call `forget` after a write."""
        if table.plural not in self._tables:
            self._tables[table.plural] = {number(row["id"]): row for row in self.store.rows(table)}
        return self._tables[table.plural]

    def index(self, table: Resource[Record], *columns: str) -> dict[tuple[Value, ...], Row]:
        """Return all rows of a table, indexed by these columns."""
        key = (table.plural, *columns)
        if key not in self._indexes:
            found = self.rows(table).values()
            self._indexes[key] = {tuple(row[column] for column in columns): row for row in found}
        return self._indexes[key]

    def groups(self, table: Resource[Record], column: str, order: Callable[[Row], Any]) -> dict[Value, list[Row]]:
        """Return all rows of a table by the value of a column, each group in this order."""
        key = (table.plural, column)
        if key not in self._groups:
            found: dict[Value, list[Row]] = {}
            for row in sorted(self.rows(table).values(), key=order):
                found.setdefault(row[column], []).append(row)
            self._groups[key] = found
        return self._groups[key]

    def periods(self, table: Resource[Record]) -> dict[int, list[tuple[date, date]]]:
        """Return by project the first and last day of the time, or expenses, on each invoice."""
        if table.plural not in self._periods:
            days: dict[tuple[int, int], list[date]] = {}
            for row in self.store.rows(table, [("invoice_id", ">=", 1)]):
                key = number(row["project_id"]), number(row["invoice_id"])
                days.setdefault(key, []).append(of(date, row["spent_at"]))
            found = self._periods.setdefault(table.plural, {})
            for (project, _), each in days.items():
                found.setdefault(project, []).append((min(each), max(each)))
        return self._periods[table.plural]

    def fragment(self, key: tuple[object, ...], make: Callable[[], object]) -> Raw:
        """Return JSON that many records of a response share, serialized once."""
        if key not in self._fragments:
            self._fragments[key] = raw(make())
        return self._fragments[key]

    def forget(self) -> None:
        """Clear everything cached before a write."""
        self._fragments.clear()
        self._periods.clear()
        self._tables.clear()
        self._indexes.clear()
        self._groups.clear()
        for name in ("managed", "teammates", "company", "assigned"):
            self.__dict__.pop(name, None)

    def row(self, table: Resource[Record], id: object) -> Row:
        """Return the row with this id, or raise a 404."""
        if not isinstance(id, int):
            raise missing()
        large = table.plural in LARGE and table.plural not in self._tables
        found = self.store.get(table, id) if large else self.rows(table).get(id)
        if found is None:
            raise missing()
        return found

    @cached_property
    def managed(self) -> frozenset[int]:
        """The projects the caller manages."""
        return frozenset(
            number(row["project_id"])
            for row in self.rows(USER_ASSIGNMENTS).values()
            if row["user_id"] == self.caller.id and row["is_project_manager"] and not row["deactivated"]
        )

    @cached_property
    def assigned(self) -> frozenset[int]:
        """The projects the caller is assigned to."""
        mine = self.rows(USER_ASSIGNMENTS).values()
        return frozenset(
            number(row["project_id"]) for row in mine if row["user_id"] == self.caller.id and not row["deactivated"]
        )

    @cached_property
    def teammates(self) -> frozenset[int]:
        """The teammates of the caller, if a manager."""
        rows = self.store.rows(TEAMMATES, [("manager_id", "=", self.caller.id)]) if self.caller.manager else []
        return frozenset(number(row["user_id"]) for row in rows)

    def today(self, person: Row | None = None) -> date:
        """Return today's date in the time zone of a person, or of the caller."""
        return self.now.astimezone(zone(person or self.caller.person)).date()

    @property
    def base(self) -> str:
        """The scheme and host of the call."""
        host = self.call.headers.get("host", "api.harvestapp.com")
        return f"{'http' if _near(host) else 'https'}://{host}"

    @property
    def files(self) -> str:
        """The address of the account's own web pages: never the API's host, but on this machine if that is."""
        host = self.call.headers.get("host", "")
        if not _near(host):
            return BASE_URI
        parts = urlsplit(f"//{host}")
        name = parts.hostname or ""
        other = "127.0.0.1" if name == "localhost" else "localhost" if is_loopback(name) else f"{SUBDOMAIN}.localhost"
        return f"http://{other}:{parts.port}" if parts.port else f"http://{other}"


def zone(person: Row) -> ZoneInfo:
    """Return a person's time zone; UTC for an unknown name."""
    return ZoneInfo(ZONES.get(str(person["timezone"]), "Etc/UTC"))


def access_roles(person: Row) -> list[str]:
    """Return a person's role and extras; `is_admin`, which v1 may change, takes precedence."""
    kept = texts(person["access_roles"])
    if kept and bool(person["is_admin"]) == (kept[0] == "administrator"):
        return kept
    return ["administrator" if person["is_admin"] else "member"]


def caller_of(store: Store, person: int, grants: Iterable[str] = ()) -> Caller | None:
    """Return an active person as caller; `grants` are a manager's extras besides those of the row."""
    row = store.get(PEOPLE, person)
    if row is None or not row["is_active"]:
        return None
    roles = access_roles(row)
    role = next((each for each in ROLES if each in roles), "member")
    extras = frozenset(roles[1:]) | (frozenset(grants) if role == "manager" else frozenset())
    return Caller(row, role, extras - set(ROLES))


def full_name(person: Row) -> str:
    return f"{person['first_name']} {person['last_name'] or ''}".strip()


def texts(stored: object) -> list[str]:
    """Parse a list of texts from its column."""
    return [str(each) for each in json.loads(str(stored))] if stored else []


def numbers(stored: object) -> list[int]:
    """Parse a list of ids from its column."""
    return [int(each) for each in json.loads(str(stored))] if stored else []


def number(value: object) -> int:
    """Return an integer from a row."""
    return value if isinstance(value, int) else int(str(value))


def of(kind: type[T], value: object) -> T:
    """Return a value from a row, cast to its known type."""
    return cast(T, value)


def _near(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    return name == "localhost" or name.endswith(".localhost") or is_loopback(name)
