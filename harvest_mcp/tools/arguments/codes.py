"""Arguments for coded columns: a word, a rate as a number, or an account's own code."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from harvest_mcp.api import Api
from harvest_mcp.errors import Unfit
from harvest_mcp.spec import Field, Part, Record, Resource, Scope, fields
from harvest_mcp.tools.arguments.spellings import problem

RATE = re.compile(r"(\d{1,3}(?:[.,]\d{1,3})?)\s*%?", re.ASCII)
CODE = re.compile(r"\d{1,15}", re.ASCII)
SAID = re.compile(r"(?:code\s+(\d{1,15})|unknown \w+ \((\d{1,15})\))", re.ASCII | re.IGNORECASE)
"""A code marked as one, or as answers show it: `code 620105`, `unknown state (620105)`."""


def taken(item: Field) -> Callable[[str], str]:
    """Return the value for a coded column: a word, `code 20`, or bare digits, which `own` looks up."""
    words, by_code = [word for _, word in item.codes], dict(item.codes)
    in_any_case = {word.lower(): word for word in words}
    rates = {Decimal(found[1]): word for word in words if (found := re.fullmatch(r"([\d.]+)%", word))}
    numbers = all(code.isdigit() for code in by_code)

    def check(value: str) -> str:
        if (word := by_code.get(value, in_any_case.get(value.lower()))) is not None:
            return word
        if rates and (rate := RATE.fullmatch(value)) and (word := rates.get(Decimal(rate[1].replace(",", ".")))):
            return word
        if numbers and (said := SAID.fullmatch(value)):
            code = said[1] or said[2]
            return by_code.get(code, f"code {code}")
        if numbers and CODE.fullmatch(value):
            return value
        raise problem(f"takes one of {', '.join(words)}{OWN if numbers else ''}")

    return check


OWN = ", or a code of your own as code 620105"


async def own(api: Api, resource: Resource[Record], item: Field, value: str) -> str:
    """Return the column's text for digits: an account's own code only if some record is seen to have it.

    Raises:
        Unfit: none has, and the value was not marked as a code.
    """
    if value.startswith("code "):
        return _told(item, value.removeprefix("code "))
    if CODE.fullmatch(value) is None:
        return value
    found = await api.scan(Scope(resource))
    if any(_told(item, value) == seen for row in found.rows for seen in _seen(row, item)):
        return _told(item, value)
    words = ", ".join(word for _, word in item.codes)
    raise Unfit(
        f"{item.argument} {value} is none of {words}, and no {resource.word} seen in this account holds that code.",
        next=f'Pass one of them, or {item.argument}="code {value}" if the account has such a code.',
    )


def _told(item: Field, code: str) -> str:
    return f"unknown {item.coded} ({code})"


def _seen(part: Part, item: Field) -> Iterator[object]:
    """Yield the codes of the same table in a record and its child lists."""
    for name, each in fields(type(part)).items():
        value = getattr(part, name)
        if each.many and isinstance(value, tuple):
            for child in value:
                yield from _seen(child, item)
        elif each.codes == item.codes:
            yield value
