"""Turn arguments into column values: references by id or whole name, never guessed, and checks by rules."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any

from harvest_mcp.api import Api, Scan
from harvest_mcp.errors import Ambiguous, InvalidArguments, Locked, Malformed, NoMatch, NotFound
from harvest_mcp.oversize import at_most, too_large
from harvest_mcp.spec import Draft, Field, Part, Record, Resource, Scope, Value, fields
from harvest_mcp.text.apart import beside
from harvest_mcp.text.folding import QUOTE_MARKS, closest, same
from harvest_mcp.text.render import quoted
from harvest_mcp.tools.arguments.codes import own
from harvest_mcp.tools.arguments.spellings import as_id, full_match, id_or_name, said_id

WITH_ID = r"(.+) \((?:id )?(\d{1,15})\)"
"""A record as answers show it: `Jane Doe (9)`."""
ME, NOBODY = "me", ("0", "id 0")
NONE: Mapping[str, Value] = MappingProxyType({})
QUOTES = " \t\n\"'`´“”„‟‘’‚‛«»‹›"


async def resolve(api: Api, noun: str, value: str, *, exact: bool = False) -> int:
    """Return the id of the record `value` names; digits are an id and are not looked up.

    A name, a project's code, `Name (id)`, a person's e-mail address and `me` name a record. If names may be digits, `id
    7001` and `number 1001` say which is meant. With `exact`, a first or last name alone is not enough.

    Raises:
        NoMatch: no record has this name, or several have, or one has it as a name and another as its id.
    """
    owner = api.system.resource(noun)
    if owner.named_by.digits:
        return await _numbered(api, owner, value)
    value = await not_me(api, owner, value)
    if (id := said_id(value, noun)) is not None:
        return id
    try:
        found = await at_most(partial(api.scan, Scope(owner)), owner, {}, api.here)
    except Malformed as broken:
        if not (too_large(broken) and full_match(WITH_ID, value)):
            broken.next = f"{broken.next} Or pass the id.".strip()
            raise
        found = Scan([], part="too large")
    if not found.whole and (parts := full_match(WITH_ID, value)):  # the record itself tells whether it has this name
        found = Scan(await _there(api, owner, int(parts[2])))
    return pick(owner, found, value, exact=exact)


async def resolve_id(api: Api, resource: Resource[Record], value: int | str, place: Scope[Record] | None = None) -> int:
    """Return the given id, or that of the one record with exactly this name; `resolve` raises otherwise.

    An assignment is named by the record it assigns, within its `place`: who is on a project.
    """
    if isinstance(value, int):
        return value
    label, stands_for = resource.label[0], resource.named_by.of
    other = stands_for or (resource.owner and fields(resource.record)[label].ref) or resource.noun
    if other in (resource.noun, stands_for) or place is None:
        return await resolve(api, other, value, exact=True)
    try:
        id = await resolve(api, other, value, exact=True)
    except NoMatch as missed:  # whose ids are another's
        missed.next = missed.next.replace("the id", f"the {resource.key}")
        raise
    found = await api.scan(place)
    if len(rows := [row for row in found.rows if getattr(row, label) == id]) != 1:
        unread, named = "" if found.whole else found.told, [name_and_id(resource, row) for row in rows]
        raise NoMatch(resource.noun, value, named, matches=len(rows), unread=unread)
    return rows[0].id


async def not_me(api: Api, owner: Resource[Record], value: str) -> str:
    """Return the caller's own id or e-mail address for `me`; anything else unchanged."""
    asked = owner.named_by.address and value.lower() == ME
    return str((await api.here())[1] or (await api.who()).me() or value) if asked else value


async def _numbered(api: Api, owner: Resource[Record], value: str) -> int:
    """Return the id if digits may be a name too; a word before them says which is meant.

    Such lists come newest first: one page beyond the one with the name is read, and an id further back is looked up.
    """
    if as_id(value) is None and (id := said_id(value, owner.noun)) is not None:
        return id
    label = owner.label[0]
    name, id = value.removeprefix(f"{label} "), as_id(value)
    found = await api.scan(Scope(owner), until=lambda row: bool(fitting([_called(owner, row)], name)))
    rows, whole = found.rows, found.whole
    if not whole and fitting([_called(owner, row) for row in rows], name):
        rows, whole = await _further(api, owner, found)
    called = [rows[at] for at in fitting([_called(owner, row) for row in rows], name)]
    fit = [row for row in rows if row in called or row.id == id]
    if called and not whole and id is not None and all(row.id != id for row in fit):
        fit += await _there(api, owner, id)
    if len(fit) > 1 and (called or whole):
        raise Ambiguous(owner.noun, value, {row.id: name_and_id(owner, row) for row in fit[:5]}, label=label)
    return fit[0].id if called else _one(owner, found, value, fit)


async def _further(api: Api, owner: Resource[Record], found: Scan[Record]) -> tuple[list[Record], bool]:
    """Return the rows with one more page, and whether that was the last."""
    if found.next and found.read < api.most:
        async for page in api.pages(Scope(owner), start=found.next):
            rows = {row.id: row for row in (*found.rows, *page.rows)}
            return [rows[id] for id in sorted(rows)], page.next is None
    return found.rows, False


async def _there(api: Api, owner: Resource[Record], id: int) -> list[Record]:
    """Return the record with that id, if there is one."""
    try:
        return [await api.get(Scope(owner), id)]
    except NotFound:
        return []


def pick(owner: Resource[Record], found: Scan[Record], value: str, *, exact: bool = False) -> int:
    """Return the id of the record called this; a first or last name alone may name a person.

    Raises:
        NoMatch: none has, or several have.
    """
    among = [_called(owner, row) for row in found.rows]
    company = fields(owner.record)[owner.label[0]].company
    fit = fitting(among, value, company=company, noun=owner.noun) or ([] if exact else partly(owner, found.rows, value))
    return _one(owner, found, value, [found.rows[at] for at in fit])


def _called(owner: Resource[Record], row: Record) -> "Called":
    also = (getattr(row, column) for column in owner.named_by.columns)
    return Called(row.id, owner.name_of(row), tuple(each for each in also if each))


def partly(owner: Resource[Record], rows: Sequence[Record], value: str) -> list[int]:
    """Return the indexes of people whose first or last name this is."""
    if len(owner.label) < 2 or not value.strip():
        return []
    told = ((at, getattr(row, column)) for at, row in enumerate(rows) for column in owner.label)
    return list(dict.fromkeys(at for at, text in told if isinstance(text, str) and text and same(text, value)))


def _one(owner: Resource[Record], found: Scan[Record], value: str, named: list[Record]) -> int:
    """Return the only one of that name."""
    noun, rows = owner.noun, found.rows
    several = [f"{name_and_id(owner, row)}{beside(owner, row)}" for row in named[:5]]
    if not found.whole:
        missed = NoMatch(noun, value, several, matches=len(named), unread=found.told)
        if owner.named_by.digits:
            missed.next = missed.next.replace("the id", f'the id as {noun}="id 1"')
        raise missed
    if len(named) == 1:
        return named[0].id
    near = [rows[at] for at in partly(owner, rows, value)[:5] or closest([owner.name_of(row) for row in rows], value)]
    raise NoMatch(owner.noun, value, several or [name_and_id(owner, row) for row in near], matches=len(named))


async def column_values(api: Api, resource: Resource[Record], given: Mapping[str, Any]) -> dict[str, Value]:
    """Return the given arguments as column values: references as ids, the rest unchanged."""
    known = [item for item in fields(resource.record).values() if item.argument in given and not item.server_set]
    found = await api.all_of(*(partial(_column, api, resource, item, given[item.argument]) for item in known))
    return {item.name: value for item, value in zip(known, found, strict=True)}


async def locate(
    api: Api, resource: Resource[Record], given: Mapping[str, Any], values: Mapping[str, Value] = NONE
) -> Scope[Record]:
    """Return the scope that the arguments locate; owners already in `values` are not looked up."""
    place = resource.under(values)
    for need in resource.place:
        said = given.get(need.argument)
        if said is None or getattr(place, need.part) or (need.part == "person" and said.lower() == ME):
            continue
        id = await resolve(api, need.noun, said)
        place = replace(place, parent=id) if need.part == "parent" else replace(place, person=id)
    return place


async def _column(api: Api, resource: Resource[Record], item: Field, value: Any) -> Value:
    if item.many:
        return tuple([item.type(**await child(api, resource, item.type, each.given())) for each in value])
    if item.codes and value is not None:
        return await own(api, resource, item, value)
    if item.refs and value is not None:
        return ",".join([str(await resolve(api, item.refs, each)) for each in value])
    if item.ref and value is not None:
        nobody = value in NOBODY and not item.required
        return None if nobody else await resolve(api, item.ref, value)
    column: Value = value
    return column


async def child(api: Api, resource: Resource[Record], kind: type[Part], given: Mapping[str, Any]) -> dict[str, Value]:
    """Return the given arguments as column values of a child."""
    known = [item for item in fields(kind).values() if item.argument in given and not item.server_set]
    return {item.name: await _column(api, resource, item, given[item.argument]) for item in known}


def name_and_id(resource: Resource[Record], record: Record, *, most: int | None = 80) -> str:
    """Return a record for people and models: `"Jane Doe" (9)`; the name is cut to `most` characters."""
    return f"{quoted(resource.name_of(record), most=most)} ({record.id})"


def check_rules(
    tool: str, resource: Resource[Record], values: Mapping[str, Value], record: Record | None, *, known: Collection[str]
) -> None:
    """Check a create, or an update of `record`, by the rules of the resource.

    Raises:
        InvalidArguments: two figures where one is taken, one of several columns that come together, or no name.
        Locked: the record is locked, and a column that is fixed then would change.
    """
    draft = Draft(resource.one, values, record)
    if problems := [problem for rule in resource.rules for problem in rule.check(draft)]:
        raise InvalidArguments(tool, problems, known=known)
    for rule in resource.rules:
        if record is not None and (lock := rule.lock(draft)):
            told = tuple(fields(resource.record)[name].argument for name in lock.columns)
            raise Locked(resource.word, record.id, lock.why, told)


def completed_values(
    resource: Resource[Record],
    values: Mapping[str, Value],
    given: Mapping[str, object],
    record: Record | None = None,
    *,
    today: date | None = None,
) -> Mapping[str, Value]:
    """Return the values to write, completed by the rules.

    Raises:
        ValueError: a rule refuses it; `rule_refusals` makes that an answer.
    """
    asked = frozenset(name for rule in resource.rules for name, _ in rule.takes if given.get(name))
    for rule in resource.rules:
        values = rule.completed(values, asked, record, today)
    return values


@contextmanager
def rule_refusals(tool: str, known: Collection[str]) -> Iterator[None]:
    """Turn a ValueError of a rule into InvalidArguments of this tool."""
    try:
        yield
    except ValueError as why:
        raise InvalidArguments(tool, [str(why)], known=known) from None


@dataclass(frozen=True, slots=True)
class Called:
    """What may name a record: its id, its name, and a code or an e-mail address."""

    id: int
    name: str
    also: tuple[str, ...] = ()


def fitting(among: Sequence[Called], value: str, *, company: bool = False, noun: str = "") -> list[int]:
    """Return the indexes of records called this: by name, code or e-mail address, as `Name (id)`, or of a noun whose
    names are no digits as `#id`."""
    also = (at for at, each in enumerate(among) if _bare(value) in map(_bare, each.also))
    if found := sorted({*alike([each.name for each in among], value, company=company), *also}):
        return found
    if (parts := full_match(WITH_ID, value)) is None:
        id = id_or_name(value, noun) if noun else None
        return [at for at, each in enumerate(among) if each.id == id]
    name, id = _bare(parts[1]), int(parts[2])
    return [at for at, each in enumerate(among) if each.id == id and _bare(each.name) == name]


def alike(names: Sequence[str], value: str, *, company: bool = False) -> list[int]:
    """Return the indexes of names that are exactly this; if none, of the only one that differs in form alone, or of
    several written alike."""
    if exact := [at for at, name in enumerate(names) if _same(name, value)]:
        return exact
    loosely = [at for at, name in enumerate(names) if _bare(name) == _bare(value)]
    folded = loosely or [at for at, name in enumerate(names) if same(name, _unsigned(value), company=company)]
    return folded if len({names[at] for at in folded}) == 1 else []


def _bare(text: str) -> str:
    """Drop case, doubled blanks, quotes around it and their shape, and the # before a number."""
    plain = " ".join(unicodedata.normalize("NFC", text).split()).translate(QUOTE_MARKS)
    return _unsigned(unicodedata.normalize("NFC", plain.casefold()).strip(QUOTES))


def _unsigned(text: str) -> str:
    return re.sub(r"^#\s*(?=\d)", "", text)


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one.strip()) == unicodedata.normalize("NFC", other)
