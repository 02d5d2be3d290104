"""Accept arguments in the forms that clients send, if they have one meaning, and check them.

Strict clients send every optional argument, as null or empty; some send numbers as text, or a list as words with
commas. What has two meanings, or could be a slip, is left unchanged and refused by its validator.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from harvest_mcp.errors import InvalidArguments
from harvest_mcp.tools.arguments import spellings
from harvest_mcp.tools.arguments.problems import worded
from harvest_mcp.tools.arguments.spellings import LARGEST, id_or_name, said_id
from harvest_mcp.tools.arguments.value_types import IDS, LINES, MOST_LISTED, Blank, Kind, Taken
from harvest_mcp.tools.tool import Arguments

OUT = object()
"""Stands for a value to leave out."""
MOST_NAMED = 4
LEAVE = Blank()
DIGITS = r"-?\d{1,16}"
WORDS = {"true": True, "false": False}
MOST_TOLD = 8
"""The most problems in one error, so that a million wrong names cost no more than eight."""
NOW: Mapping[str, str] = {"from": "since", "to": "until"}
"""The present name of each old one. `from` is a keyword in Python and cannot be a parameter."""


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """What is known of one argument before its value is checked; `part` is the model of a child."""

    kind: Kind
    required: bool
    blank: Blank
    part: type[BaseModel] | None = None


@dataclass(slots=True)
class Notes:
    """What to tell the caller of how the arguments were understood."""

    nulls: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def left(self, name: str, form: WrittenForm, value: object) -> None:
        """Note that a column was left unchanged although something else may have been meant."""
        if value is None and form.blank.means == "empties":
            self.nulls.append(name)
        elif value is not None and form.blank.means != "left out":
            self.kept.append(name)

    def said(self) -> tuple[str, ...]:
        """Return the sentences, without full stops."""
        nulls = [f'{_listed(self.nulls)} null and left alone; "" empties'] if self.nulls else []
        kept = [f"{_listed(self.kept)} empty and left alone, since that cannot be emptied"] if self.kept else []
        return (*nulls, *kept, *self.read)


def accept(arguments: type[BaseModel], raw: Mapping[str, object], notes: Notes) -> dict[str, object]:
    """Return the arguments in the forms that validators accept; unknown names stay, to be refused."""
    forms, values = _forms(arguments), dict[str, object]()
    for name, value in raw.items():
        form = forms.get(name)
        if (read := value if form is None else _taken(name, form, value, notes)) is not OUT:
            values[name] = read
    return values


def _taken(name: str, form: WrittenForm, value: object, notes: Notes) -> object:
    """Return one value, or `OUT`."""
    read = _id(name.removesuffix("_id"), form.kind, value) if form.kind in IDS else value
    read = READ[form.kind](read) if form.kind in READ else read
    if read is None or (not form.required and _nothing(form, read)):
        notes.left(name, form, read)
        return OUT
    if form.kind == "mail" and isinstance(read, str) and read != _line(value):
        notes.read.append(f"{name} is taken as {read}")
    if form.part is not None and isinstance(read, list) and len(read) <= MOST_LISTED:
        return [accept(form.part, each, notes) if isinstance(each, dict) else each for each in read]
    return read


def _nothing(form: WrittenForm, value: object) -> bool:
    """Return whether an optional value counts as left out: an empty text that empties nothing, an empty list, or a 0
    for an id or a number counted from 1.

    A list of a change is never emptied by an empty one.
    """
    if isinstance(value, str):
        return not value and form.blank.means != "empties"
    if isinstance(value, list):
        return not value and (form.blank.means == "left out" or form.kind in LISTS)
    if type(value) not in (int, float) or value:
        return False
    return form.kind in ("from one", *IDS) or (form.kind in ("whole", "reference") and not form.blank.zero)


def _whole(value: object) -> object:
    """Return `9` for `"9"` and `9.0`; anything else unchanged."""
    if type(value) is float and value.is_integer():
        return int(value)
    return int(value) if isinstance(value, str) and spellings.full_match(DIGITS, value.strip()) else value


def _truth(value: object) -> object:
    return WORDS.get(value, value) if isinstance(value, str) else value


def _reference(value: object) -> object:
    """Return an id as text; a name is text, too."""
    number = _whole(value) if type(value) is float else value
    return str(number) if type(number) is int and 1 <= number <= LARGEST else _line(number)


def _id(noun: str, kind: Kind, value: object) -> object:
    """Return an id as a number; `#9` only where it is no name and no number of a record."""
    if not isinstance(value, str) or len(value) > LINES:
        return value
    return said_id(value, noun) or (id_or_name(value, noun) if kind == "id" else None) or value


def _record(value: object) -> object:
    """Return an id as a number; a name unchanged."""
    whole = _whole(value)
    return whole if isinstance(whole, int) or spellings.LIKE_AN_ID.fullmatch(str(whole)[:LINES]) else _line(whole)


def _list(value: object) -> object:
    """Return a list, which may be written as JSON text, as words with commas, or as its only member."""
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
    """Return a list of addresses as one text, with commas between them."""
    listed = _of_json(value)
    if not isinstance(listed, list) or len(listed) > MOST_LISTED:
        return value.replace(";", ",") if isinstance(value, str) else value
    there = [each for each in listed if each is not None and each != ""]
    return ", ".join(there) if there and all(isinstance(each, str) for each in there) else there or []


def _of_json(value: object) -> object:
    """Return the list that some clients send as JSON text."""
    if isinstance(value, str) and len(value) <= LINES and value.startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _text(read: Callable[[str], str]) -> Callable[[object], object]:
    """Return what a text is read as; anything else, or a text too long for it, unchanged."""
    return lambda value: (read(value) or value) if isinstance(value, str) and len(value) <= LINES else value


_line = _text(str.strip)
"""Strips blanks; a text of blanks alone stays, to be refused."""

READ: Mapping[Kind, Callable[[object], object]] = {
    "whole": _whole,
    "from one": _whole,
    "id": _whole,
    "numbered": _whole,
    "record": _record,
    "truth": _truth,
    "amount": _text(spellings.amount),
    "hours": _text(spellings.hours),
    "day": _text(spellings.day),
    "instant": _text(spellings.date),
    "moment": _text(spellings.moment),
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
def _forms(arguments: type[BaseModel]) -> Mapping[str, WrittenForm]:
    return {name: _form(item) for name, item in arguments.model_fields.items()}


def _form(item: FieldInfo) -> WrittenForm:
    kind: Kind = next((mark.kind for mark in reversed(item.metadata) if isinstance(mark, Taken)), "other")
    blank = next((mark for mark in item.metadata if isinstance(mark, Blank)), LEAVE)
    part: Any = get_args(item.annotation)[0] if kind == "children" else None
    return WrittenForm(kind, item.is_required(), blank, part)


def _listed(names: Iterable[str]) -> str:
    """Return `a was`, `a and b were`, or `a, b, c and 7 more were`."""
    *most, last = list(names)
    if not most:
        return f"{last} was"
    if len(most) >= MOST_NAMED:
        most, last = most[: MOST_NAMED - 1], f"{len(most) - MOST_NAMED + 2} more"
    return f"{', '.join(most)} and {last} were"


def current_names(tool: str, known: Collection[str], raw: Mapping[str, object]) -> Mapping[str, object]:
    """Return a call's arguments under their current names.

    Raises:
        InvalidArguments: one was given under both names.
    """
    old = {name: new for name, new in NOW.items() if name in raw and name not in known and new in known}
    if twice := [f"{new} was given twice, since {name} is its old name" for name, new in old.items() if new in raw]:
        raise InvalidArguments(tool, twice, known=list(known))
    return {old.get(name, name): value for name, value in raw.items()} if old else raw


def parse(tool: str, arguments: type[Arguments], raw: Mapping[str, object]) -> Arguments:
    """Return the checked arguments of a call.

    Raises:
        InvalidArguments: with every problem and the right names, but none of the values.
    """
    known = list(arguments.model_fields)
    raw = current_names(tool, known, raw)
    strange = islice((name for name in raw if name not in arguments.model_fields), MOST_TOLD)
    notes = Notes()
    values = accept(arguments, {name: raw[name] for name in (*filter(raw.__contains__, known), *strange)}, notes)
    try:
        return arguments.model_validate(values).noting(notes.said())
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=True)
        forms = _forms(arguments)
        # Which member of a list of words is wrong does not help the caller.
        words = {name for name, form in forms.items() if form.kind == "words"}
        parts = {name: form.part for name, form in forms.items()}
        told = [worded(fault, parts, words) for fault in faults[:MOST_TOLD]]
        raise InvalidArguments(tool, told, known=known) from None
