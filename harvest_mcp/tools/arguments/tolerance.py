"""Take arguments in the forms that clients send them, one meaning each, before anything is checked.

Strict clients send every optional argument each time, as null or empty; some send numbers as text, or a list as
words with commas. What has two meanings, or could be a slip, is left as it is and refused by its validator.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from harvest_mcp.tools.arguments import spellings
from harvest_mcp.tools.arguments.value_types import LARGEST, LINES, MOST_LISTED, Blank, Kind, Taken

OUT = object()
"""Stands for a value that is left out."""
MOST_NAMED = 4
LEAVE = Blank()
DIGITS = r"-?\d{1,16}"
WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of one argument before its value is checked; `part` is the model of one child of a list."""

    kind: Kind
    required: bool
    blank: Blank
    part: type[BaseModel] | None = None


@dataclass(slots=True)
class Notes:
    """What a caller has to be told of how the arguments were taken."""

    nulls: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def left(self, name: str, form: Form, value: object) -> None:
        """Note that a column of a change was left alone, where something else may have been meant."""
        if value is None and form.blank.means == "empties":
            self.nulls.append(name)
        elif value is not None and form.blank.means != "left out":
            self.kept.append(name)

    def said(self) -> tuple[str, ...]:
        """The sentences, without the full stops."""
        nulls = [f'{_listed(self.nulls)} null and left alone; "" empties'] if self.nulls else []
        kept = [f"{_listed(self.kept)} empty and left alone, since that cannot be emptied"] if self.kept else []
        return (*nulls, *kept, *self.read)


def taken(arguments: type[BaseModel], raw: Mapping[str, object], notes: Notes) -> dict[str, object]:
    """The arguments in the forms that validators take; unknown names stay, to be refused."""
    forms, values = _forms(arguments), dict[str, object]()
    for name, value in raw.items():
        form = forms.get(name)
        if (read := value if form is None else _taken(name, form, value, notes)) is not OUT:
            values[name] = read
    return values


def _taken(name: str, form: Form, value: object, notes: Notes) -> object:
    """One value, or `OUT`."""
    read = READ[form.kind](value) if form.kind in READ else value
    if read is None or (not form.required and _nothing(form, read)):
        notes.left(name, form, read)
        return OUT
    if form.kind == "mail" and isinstance(read, str) and read != _line(value):
        notes.read.append(f"{name} is taken as {read}")
    if form.part is not None and isinstance(read, list) and len(read) <= MOST_LISTED:
        return [taken(form.part, each, notes) if isinstance(each, dict) else each for each in read]
    return read


def _nothing(form: Form, value: object) -> bool:
    """Whether an optional value cannot be meant: an empty text where that empties nothing, an empty list, a 0 for an
    id or for what is counted from 1.

    A list of a change is never emptied by an empty one.
    """
    if isinstance(value, str):
        return not value and form.blank.means != "empties"
    if isinstance(value, list):
        return not value and (form.blank.means == "left out" or form.kind in LISTS)
    if type(value) not in (int, float) or value:
        return False
    return form.kind == "from one" or (form.kind in ("whole", "reference") and not form.blank.zero)


def _whole(value: object) -> object:
    """`9` for `"9"` and `9.0`; anything else as it is."""
    if type(value) is float and value.is_integer():
        return int(value)
    return int(value) if isinstance(value, str) and spellings.fits(DIGITS, value) else value


def _truth(value: object) -> object:
    return WORDS.get(value, value) if isinstance(value, str) else value


def _reference(value: object) -> object:
    """An id as text, which is what a name is too."""
    number = _whole(value) if type(value) is float else value
    return str(number) if type(number) is int and 1 <= number <= LARGEST else _line(number)


def _list(value: object) -> object:
    """A list written as JSON text, as words with commas, or as the one thing that is in it; nothing in it is empty."""
    value = _of_json(value)
    if isinstance(value, str) and value and len(value) <= LINES and value[0] not in "[{":
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list) or len(value) > MOST_LISTED:
        return value
    return [each for each in value if each is not None and each != ""]


def _references(value: object) -> object:
    listed = _list([value] if type(value) in (int, float) and value else value)
    return [_reference(each) for each in listed] if isinstance(listed, list) and len(listed) <= MOST_LISTED else listed


def _addresses(value: object) -> object:
    """One text of all of a list of addresses."""
    listed = _of_json(value)
    if not isinstance(listed, list) or len(listed) > MOST_LISTED:
        return value
    there = [each for each in listed if each is not None and each != ""]
    return ", ".join(there) if there and all(isinstance(each, str) for each in there) else there or []


def _of_json(value: object) -> object:
    """Some clients send a list as JSON text."""
    if isinstance(value, str) and len(value) <= LINES and value.startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _text(read: Callable[[str], str]) -> Callable[[object], object]:
    """What a text is read as; anything else, and what is too long for it, as it is."""
    return lambda value: (read(value) or value) if isinstance(value, str) and len(value) <= LINES else value


_line = _text(str.strip)
"""Without blanks at the ends; what is nothing but blanks stays, to be refused."""

READ: Mapping[Kind, Callable[[object], object]] = {
    "whole": _whole,
    "from one": _whole,
    "truth": _truth,
    "amount": _text(spellings.amount),
    "hours": _text(spellings.hours),
    "day": _text(spellings.day),
    "instant": _text(spellings.date),
    "moment": _text(spellings.date),
    "line": _line,
    "mail": _text(spellings.address),
    "reference": _reference,
    "words": _list,
    "references": _references,
    "addresses": lambda value: _line(_addresses(value)),
    "children": _of_json,
}
LISTS: frozenset[Kind] = frozenset({"words", "references", "children"})


@cache
def _forms(arguments: type[BaseModel]) -> Mapping[str, Form]:
    return {name: _form(item) for name, item in arguments.model_fields.items()}


def _form(item: FieldInfo) -> Form:
    kind: Kind = next((mark.kind for mark in reversed(item.metadata) if isinstance(mark, Taken)), "other")
    blank = next((mark for mark in item.metadata if isinstance(mark, Blank)), LEAVE)
    part: Any = get_args(item.annotation)[0] if kind == "children" else None
    return Form(kind, item.is_required(), blank, part)


def _listed(names: Iterable[str]) -> str:
    """`a was`, `a and b were`, `a, b, c and 7 more were`."""
    *most, last = list(names)
    if not most:
        return f"{last} was"
    if len(most) >= MOST_NAMED:
        most, last = most[: MOST_NAMED - 1], f"{len(most) - MOST_NAMED + 2} more"
    return f"{', '.join(most)} and {last} were"
