"""What a record stands at, and what others mean for the one they lie under: an invoice, before and after a payment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed
from harvest_mcp.spec import Moves, Record, Resource, System, Value, fields
from harvest_mcp.text.render import line, plain, quoted
from harvest_mcp.tools.arguments.references import known
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]


@dataclass(frozen=True, slots=True)
class Standing:
    """A record as it reads now, and whose it is: `client "SuprCorp"`, or empty where nobody looked."""

    resource: Kind
    record: Record
    whose: str = ""

    @property
    def called(self) -> str:
        """`invoice "1004" (7004)`."""
        return f"{self.resource.word} {known(self.resource, self.record, most=None)}"

    def says(self, subject: str, *, before: Record | None = None) -> str:
        """The same in a sentence, `state open -> partial` where it was otherwise before; empty if there is none."""
        told = [self.whose] if self.whose else []
        told += [f"{name} {value}" for name, value in self._columns(before)]
        return f"{subject} has {', '.join(told)}." if told else ""

    def _columns(self, before: Record | None) -> Iterator[tuple[str, str]]:
        for name in self.resource.stands.columns if self.resource.stands else ():
            now, was = plain(getattr(self.record, name)), plain(getattr(before or self.record, name))
            if (now, was) != (None, None):
                yield name, str(now) if was == now else " -> ".join(map(_or_nothing, (was, now)))


def _or_nothing(value: object) -> str:
    return "nothing" if value is None else str(value)


def now_stands(resource: Kind, before: Record, now: Record | None) -> str:
    """`It has state open -> paid, …`; empty where a record stands as before, or could not be read back."""
    names = resource.stands.columns if resource.stands and now is not None else ()
    stands = all(getattr(now, name) == getattr(before, name) for name in names)
    return "" if stands or now is None else Standing(resource, now).says("It", before=before)


@dataclass(frozen=True, slots=True)
class Owner:
    """The record that another lies under, as it stands now."""

    standing: Standing
    moves: Moves

    @property
    def says(self) -> str:
        """`The invoice has state open, …`."""
        return self.standing.says(f"The {self.standing.resource.word}")

    def meanings(self, values: Mapping[str, Value]) -> Iterator[str]:
        """What one more with these values means for it, in sentences: nothing, mostly."""
        record = self.standing.record
        yield from (says for column, word, says in self.moves.when if getattr(record, column) == word)
        if self.moves.most is None:
            return
        column, limit = self.moves.most
        value, most = values.get(column), getattr(record, limit)
        if isinstance(value, Decimal) and isinstance(most, Decimal) and value > most:
            yield f"That is {plain(value - most)} more than its {limit}, {plain(most)}."


async def standing_of(call: Call, system: System, resource: Kind, record: Record) -> Standing | None:
    """What the record stands at, with the name of whose it is; None where nothing of that is told."""
    if (stands := resource.stands) is None:
        return None
    id, noun = (getattr(record, stands.of), fields(resource.record)[stands.of].ref) if stands.of else (None, None)
    if id is None or noun is None:
        return Standing(resource, record)
    name = getattr(record, stands.named) if stands.named else None
    return Standing(
        resource, record, f"{noun} {quoted(name, most=None)}" if name else await named(call, system, noun, id)
    )


async def counting(api: Api, place: Kind, rows: Sequence[Record]) -> str:
    """`; bill_by of the project is People: …`: a figure beside rows does not say whether it counts."""
    counts, item = place.counts, place.owned_by
    if counts is None or item is None or not (told := [row for row in rows if getattr(row, counts.column) is not None]):
        return ""
    system, of = api.system, api.system.resource(str(item.ref))
    try:
        now = getattr(await api.get(of, getattr(told[0], item.name)), counts.by)
    except CallFailed:
        now = None
    if now is None:
        return f"; {counts.column} counts only while {counts.by} of the {of.word} is {counts.word}"
    is_now = f"; {counts.by} of the {of.word} is {now}"
    if now == counts.word:
        return f"{is_now}: each {counts.column} counts"
    other = (
        each for each in system.resources if each.counts and (each.counts.by, each.counts.word) == (counts.by, now)
    )
    instead = next((f", those of {system.tool('list', each)} do" for each in other), "")
    return f"{is_now}: no {counts.column} here counts{instead}"


def summed(resource: Kind, rows: Sequence[Record]) -> str:
    """`; amount 1200.00 EUR, 80.00 USD`: the money of a whole list, by currency; empty where it has none."""
    if resource.sums is None or not rows:
        return ""
    columns, currency = resource.sums
    told = []
    for name in columns:
        money: dict[str, Decimal] = {}
        for row in rows:
            if getattr(row, name) is None:
                continue
            code = str(getattr(row, currency) or "").rpartition(" - ")[2] or "of no currency"
            money[code] = money.get(code, Decimal(0)) + getattr(row, name)
        told += [f"{name} {', '.join(f'{value:f} {line(code)}' for code, value in sorted(money.items()))}"] * bool(
            money
        )
    return "".join(f"; {each}" for each in told)


async def named(call: Call, system: System, noun: str, id: int) -> str:
    """Another record by its name, `client "SuprCorp"`; by its id where this user may not see it."""
    other = system.resource(noun)
    try:
        return f"{noun} {quoted(other.name_of(await call.api(system).get(other, id)), most=None)}"
    except CallFailed:
        return f"{noun} {id}"


async def whose(call: Call, system: System, place: Kind) -> str:
    """Whom the calls are made for, behind what they are about: ` of person "Ana Souza"`; empty for the caller."""
    if place.acting is None or not place.whose:
        return ""
    return f" of {await named(call, system, place.acting.noun, place.whose)}"


async def owner_of(call: Call, system: System, resource: Kind, id: int) -> Owner | None:
    """The owner of that id, where creating or deleting one moves it."""
    if (moves := resource.moves) is None or (item := resource.owned_by) is None:
        return None
    of = system.resource(str(item.ref))
    standing = await standing_of(call, system, of, await call.api(system).get(of, id))
    return Owner(standing, moves) if standing else None


async def uncounted(
    call: Call, system: System, resource: Kind, values: Mapping[str, Value], record: Record | None
) -> str:
    """That a figure was written which counts for nothing; read only where there is such a one."""
    counts, item = resource.counts, resource.owned_by
    if counts is None or item is None or record is None or values.get(counts.column) is None:
        return ""
    of = system.resource(str(item.ref))
    try:
        now = getattr(owner := await call.api(system).get(of, getattr(record, item.name)), counts.by)
    except CallFailed:
        return ""
    if now in (None, counts.word):
        return ""
    way = f'{system.tool("update", of)}({of.key}={owner.id}, {counts.by}="{counts.word}")'
    return f"Its {of.word} has {counts.by} {now}: this {counts.column} counts only with {way}."


async def moved(call: Call, system: System, owner: Owner | None) -> str:
    """What became of the owner by a write, as a sentence; empty where nothing moves."""
    if owner is None:
        return ""
    before, of = owner.standing.record, owner.standing.resource
    try:
        now = Standing(of, await call.api(system).get(of, before.id))
    except CallFailed:
        return f"Its {of.word} could not be read back."
    return now.says(f"The {of.word}", before=before)
