"""Map the values of a row to a person's columns, or to children with a type and a value."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harvest_mcp.spec import Field, Record, Resource, fields
from harvest_mcp.text.terms import MAIL

Kind = Resource[Record]
ALSO: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "job_title"),
    "department": ("department", "job_department"),
    "comment": ("comment", "details"),
    "phone_office": ("phone_office", "phone_mobile"),
    "phone_mobile": ("phone_mobile", "phone_office"),
    "phone": ("phone_office", "phone_mobile"),
    "email": ("email",),
    "fax": ("fax",),
    "country": ("country",),
}
"""The columns that a value may go to, the first that the record has and that is free."""
TYPES: Mapping[str, str] = {
    "email": "professional_email",
    "phone": "professional_phone",
    "phone_office": "professional_phone",
    "phone_mobile": "professional_mobile",
    "fax": "professional_fax",
}
"""The types of children that hold such a value."""
PLACE = {"street": "street_address", "zip": "zip_code", "city": "city", "country": "country"}
PARTICLES = {
    "von",
    "van",
    "de",
    "der",
    "den",
    "da",
    "di",
    "del",
    "della",
    "la",
    "le",
    "du",
    "dos",
    "zu",
    "af",
    "av",
    "ten",
}
"""Words that begin a last name of several words."""


def named(values: Mapping[str, str]) -> tuple[str, str]:
    """Return first and last name, also from a full name: `Souza, Ana`, `Ludwig van Beethoven`."""
    first, last = values.get("first_name", ""), values.get("last_name", "")
    if first or last or not (whole := values.get("name", "")):
        return first, last
    if whole.count(",") == 1:
        last, first = (part.strip() for part in whole.split(","))
        return first, last
    words = whole.split()
    at = len(words) - 1
    while at > 1 and words[at - 1].lower() in PARTICLES:
        at -= 1
    return " ".join(words[:at]), " ".join(words[at:])


def mails(text: str) -> list[str]:
    """Return the addresses in a cell, which may hold several, with names."""
    return list(dict.fromkeys(found.rstrip(".") for found in MAIL.findall(text.replace("mailto:", ""))))


def filled(resource: Kind, values: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return the arguments of a create, and the values that fit nowhere in the record.

    Raises:
        ValueError: a value is not valid for its column.
    """
    known, given = fields(resource.record), dict[str, Any]()
    first, last = named(values)
    given |= {name: text for name, text in (("first_name", first), ("last_name", last)) if text}
    left = list[str]()
    children = list(_children(known, values))
    for name, text in values.items():
        if name in ("first_name", "last_name", "name", "company", "salutation", *PLACE):
            continue
        value = " ".join(text.split())
        if name == "email":
            value, *more = mails(text) or _wrong(text)
            left += [f"email {each}" for each in more] if not children else []
        place = next((each for each in ALSO.get(name, (name,)) if each in known and each not in given), None)
        if place and not known[place].server_set:
            given[place] = text if known[place].lines else value
        elif not (children and name in TYPES):
            left.append(name)
    for item, made in children:
        given.setdefault(item.name, []).extend(made)
    if not any(item.name.endswith("addresses") for item, _ in children):
        left += [name for name in PLACE if name in values and name not in given]
    return given, left


def _wrong(text: str) -> list[str]:
    raise ValueError(f"email {text[:60]!r} is no address")


def _children(known: Mapping[str, Field], values: Mapping[str, str]) -> Iterator[tuple[Field, list[dict[str, str]]]]:
    """Yield the child lists for telephones, mailboxes and addresses, each with its new children."""
    for item in known.values():
        if not item.many or item.each is None:
            continue
        columns = fields(item.type)
        if "value" in columns and (made := list(_items(columns["type_id"], values))):
            yield item, made
        if "street_address" in columns and (place := {PLACE[name]: values[name] for name in PLACE if name in values}):
            yield item, [{"address_type": "professional", **place}] if set(place) - {"country"} else []


def _items(kind: Field, values: Mapping[str, str]) -> Iterator[dict[str, str]]:
    words = {word for _, word in kind.codes}
    for name, type_ in TYPES.items():
        if name not in values or type_ not in words:
            continue
        for value in (mails(values[name]) or _wrong(values[name])) if name == "email" else [values[name]]:
            yield {"type_id": type_, "value": re.sub(r"\s+", " ", value)}
