"""Persons and companies of a system, and their records as cards to compare."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from harvest_mcp.spec import Part, Record, Resource, System, fields
from harvest_mcp.text.card import Card, Telephone
from harvest_mcp.text.folding import PHONE, phones
from harvest_mcp.text.terms import MAIL

Kind = Resource[Record]
OWN = ("mobile", "gsm", "portable", "handy")
"""Words in a column's name or a child's type that mark a number as personal."""
FAX = "fax"


@cache
def companies_of(system: System) -> tuple[Kind, ...]:
    """Return the kinds of records that are companies."""
    return tuple(each for each in system.resources if fields(each.record)[each.label[0]].company)


@cache
def persons_of(system: System) -> tuple[Kind, ...]:
    """Return the kinds of records that are persons at a company."""
    nouns = {each.noun for each in companies_of(system)}
    within = ((each, each.same.within if each.same else None) for each in system.resources)
    named = ((each, column) for each, column in within if len(each.label) > 1)
    return tuple(each for each, column in named if column and fields(each.record)[column].ref in nouns)


def is_company(resource: Kind) -> bool:
    """Return whether its name is a company name."""
    return fields(resource.record)[resource.label[0]].company


def company_column(resource: Kind) -> str:
    """Return a person's column that refers to the company; empty for a company."""
    return "" if is_company(resource) or resource.same is None else resource.same.within or ""


def cards(resource: Kind, rows: Sequence[Record], companies: Mapping[int, str]) -> dict[int, Card]:
    """Return the records as cards by id; `companies` are the names of the persons' companies."""
    return {row.id: card(resource, row, companies) for row in rows}


def card(resource: Kind, row: Record, companies: Mapping[int, str]) -> Card:
    """Return one record as a card: its name, and every address and telephone number in any of its texts."""
    texts = list(_texts(row))
    names = [str(getattr(row, column) or "") for column in resource.label]
    at = getattr(row, column) if (column := company_column(resource)) else None
    return Card(
        last=names[-1],
        first=" ".join(names[:-1]),
        mails=tuple(dict.fromkeys(mail.rstrip(".") for _, text in texts for mail in MAIL.findall(text))),
        phones=tuple(dict.fromkeys(_telephones(resource, texts))),
        owner=companies.get(at, str(at)) if at else "",
        title=str(getattr(row, "title", None) or getattr(row, "job_title", None) or ""),
        place=_place(resource, row),
        number=re.sub(
            r"\W", "", str(next((value for name in _numbers(resource) if (value := getattr(row, name))), ""))
        ),
    )


def _numbers(resource: Kind) -> Iterator[str]:
    """Yield the columns with a company's registration numbers, which identify it besides its name."""
    groups = resource.same.any_of if resource.same and is_company(resource) else ()
    yield from (group[0] for group in groups if len(group) == 1 and group[0] not in resource.label)


def _texts(row: Record) -> Iterator[tuple[str, str]]:
    """Yield the texts of a record and its children, each with its column or the child's type."""
    for name, item in fields(type(row)).items():
        value = getattr(row, name)
        if isinstance(value, str) and not item.private:
            yield name, value
        for child in value if isinstance(value, tuple) else ():
            yield from _of_child(child)


def _of_child(child: Part) -> Iterator[tuple[str, str]]:
    told = [value for name in fields(type(child)) if isinstance(value := getattr(child, name), str)]
    kind = " ".join(text for text in told if text.replace("_", "").isalpha())
    yield from ((kind, text) for text in told)


def _telephones(resource: Kind, texts: Sequence[tuple[str, str]]) -> Iterator[Telephone]:
    numbers = set(_numbers(resource)) | {"tva"}
    for name, text in texts:
        if name in numbers or FAX in name.casefold():
            continue
        own = any(word in name.casefold() for word in OWN)
        for found in PHONE.findall(text):
            yield from (Telephone(digits, own) for digits in phones(found))


def _place(resource: Kind, row: Record) -> str:
    """Return the postal address of a company."""
    if not is_company(resource):
        return ""
    told = list[str]()
    for name, item in fields(type(row)).items():
        value = getattr(row, name)
        if item.apart and isinstance(value, str):
            told.append(value)
        for child in value if isinstance(value, tuple) else ():
            known = fields(child.__class__)
            if any(column.apart for column in known.values()):
                told += [text for each in known if isinstance(text := getattr(child, each), str)]
    return PHONE.sub(" ", MAIL.sub(" ", "\n".join(told)))
