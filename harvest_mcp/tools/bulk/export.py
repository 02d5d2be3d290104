"""`export_records`: a list, or chosen records of it, as a file: a table, or vCards of persons."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from harvest_mcp.changes.looking import written
from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import Field, Part, Record, Resource, System, fields
from harvest_mcp.text.contact_files.harmless import as_vcard
from harvest_mcp.text.render import UNREADABLE, count
from harvest_mcp.text.sheets import CSV, XLSX, Sheet
from harvest_mcp.text.unread import noted
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.value_types import REFERENCES, TRUTH, WORD, WORDS
from harvest_mcp.tools.bulk.cards import companies_of, company_column, persons_of
from harvest_mcp.tools.bulk.choosing import chosen
from harvest_mcp.tools.bulk.imports.fill import ALSO, PLACE, TYPES
from harvest_mcp.tools.bulk.naming import BULK, one_of, tool_name
from harvest_mcp.tools.files.giving import NO_FILE, give, give_sheets
from harvest_mcp.tools.records.query import NamesSeen, named_inside
from harvest_mcp.tools.tool import Answer, Arguments, Call, Hints, Tool

Kind = Resource[Record]
VCARD = "vcard"
FORMATS = (CSV, XLSX, VCARD)
NARROWER = "Narrow them by query or of"


def export_tool(system: System) -> Tool:
    """Return the tool, for every kind that has a list of its own."""
    name = tool_name(system, "export", "records")
    kinds = {each.plural: each for each in system.resources if "list" in each.verbs and not each.place}
    takes = [
        Argument("kind", one_of(kinds), required=True),
        Argument("format", one_of(FORMATS), "default csv; vcard of persons"),
        Argument("query", WORD, "words that each of them has"),
        Argument("records", REFERENCES, "ids or exact names"),
        Argument("of", WORD, "those of this client, firm or project"),
        Argument("empty", WORDS, "those where these columns are"),
        Argument("archived", TRUTH, "true: archived ones too"),
    ]

    async def run(call: Call, arguments: Arguments) -> Answer:
        given = arguments.given()
        resource, form = kinds[given["kind"]], given.get("format", CSV)
        if form == VCARD and resource not in persons_of(system):
            raise InvalidArguments(name, ["vcard is of persons"], known=list(type(arguments).model_fields))
        found, rows, left = await chosen(call, system, resource, given)
        found.every(resource.plural)
        if not rows:
            return Answer(f"0 {resource.words} match, {NO_FILE}{left}.")
        names = await names_beside(call, system, resource)
        if form == VCARD:
            data = _cards(resource, rows, names)
            file = await give(call, f"{resource.plural}.vcf", data, narrower=NARROWER)
        else:
            table = as_sheet(resource, rows, names)
            file = await give_sheets(call, form, [table], table.name, narrower=NARROWER)
        many = count(len(rows), resource.word, resource.words)
        return Answer(f"Exported {many} as {file.told}{left}{unread(resource, rows)}.", file.attached)

    return Tool(
        name=name,
        says=f"Export{f' {system.prefix}' if system.prefix else ''} records as a CSV, XLSX or vCard file.",
        toolset=BULK,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
    )


async def names_beside(call: Call, system: System, resource: Kind) -> dict[str, Mapping[int, str]]:
    """Return the names of the records they refer to, by kind."""
    api = call.api(system)
    seen, paged = NamesSeen(api, call.names_of(system)), {each.noun for each in companies_of(system)}
    nouns = list(dict.fromkeys(item.ref for item in fields(resource.record).values() if item.ref))
    found = await api.all_of(*(partial(seen.of, noun, pages=noun in paged) for noun in nouns))
    return dict(zip(nouns, found, strict=True))


def _shown(resource: Kind) -> list[Field]:
    return [
        item
        for item in fields(resource.record).values()
        if not (item.inner or item.sent_only or item.private or item.follows)
    ]


def as_sheet(resource: Kind, rows: Sequence[Record], names: Mapping[str, Mapping[int, str]]) -> Sheet:
    """Return records with all columns, and the name of each reference after its id."""
    columns = [name for item in _shown(resource) for name in (item.name, *_beside(resource, item))]
    return Sheet(resource.plural, columns, [[*_cells(resource, row, names)] for row in rows])


def unread(resource: Kind, rows: Sequence[Record]) -> str:
    """Return the columns with unreadable cells, as a note beside the file."""
    return noted(rows, [item.name for item in _shown(resource)])


def _beside(resource: Kind, item: Field) -> tuple[str, ...]:
    """Return the heading of the name column; None if the record tells the name itself."""
    return (item.ref,) if item.ref and not named_inside(resource, item.name) else ()


def _cells(resource: Kind, row: Record, names: Mapping[str, Mapping[int, str]]) -> Iterator[object]:
    for item in _shown(resource):
        value = getattr(row, item.name)
        if item.name in row.unread:
            yield UNREADABLE
        elif isinstance(value, tuple):
            yield "; ".join(" ".join(map(str, written(each).values())) for each in value if isinstance(each, Part))
        else:
            yield value
        for noun in _beside(resource, item):
            yield names.get(noun, {}).get(value or 0, "")


def _cards(resource: Kind, rows: Sequence[Record], names: Mapping[str, Mapping[int, str]]) -> bytes:
    column = company_column(resource)
    at = names.get(str(fields(resource.record)[column].ref), {})
    return "".join(as_vcard(_person(row, at.get(getattr(row, column) or 0, ""))) for row in rows).encode()


def _person(row: Record, company: str) -> dict[str, str]:
    """Return a person in the columns of a file: their own, and their telephones, mailboxes and first address."""
    values: dict[str, Any] = {"company": company}
    for name, places in (("first_name", ("first_name",)), ("last_name", ("last_name",)), *ALSO.items()):
        if name != "phone" and places[0] in fields(type(row)):
            values[name] = getattr(row, places[0])
        elif name in ("title", "comment") and places[-1] in fields(type(row)):
            values[name] = getattr(row, places[-1])
    for item in fields(type(row)).values():
        for child in getattr(row, item.name) or () if item.many else ():
            told = written(child)
            for column, type_ in TYPES.items():
                if str(told.get("type_id", "")).endswith(type_.partition("_")[2]) and column != "phone":
                    values[column] = "\n".join(filter(None, (values.get(column), str(told.get("value", "")))))
            if PLACE["street"] in told or PLACE["city"] in told:
                values |= {
                    name: str(told[place]) for name, place in PLACE.items() if place in told and not values.get(name)
                }
    return {name: str(value) for name, value in values.items() if value}
