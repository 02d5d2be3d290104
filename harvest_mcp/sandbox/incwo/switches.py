"""Switches for what incwo does not document: the assumed behaviour and its alternatives (incwo 16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from types import NoneType
from typing import Any, Literal, Self, get_args, get_type_hints

from harvest_mcp.errors import SettingsError

SHORT: Mapping[str, str] = {"nested": "nested_update"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """One field per row of incwo 16, with the assumed behaviour as default; a rate of None never throttles."""

    page_size: int = 20
    pagination: Literal["first", "last"] = "first"
    past_end: Literal["empty", "404", "repeat"] = "empty"
    empty_total_pages: Literal[1, 0] = 1
    bad_page: Literal["one", "404"] = "one"
    nested_in_rows: Literal["present", "absent"] = "present"
    order: Literal["ascending", "descending", "shifting"] = "ascending"
    create_status: Literal[201, 200] = 201
    update_reply: Literal[200, 204] = 200
    delete_reply: Literal["empty", "204", "object"] = "empty"
    missing: Literal["404-xml", "404-html"] = "404-xml"
    invalid: Literal["422", "saved-false", "400"] = "422"
    required: Literal["some", "none"] = "some"
    malformed: Literal["400", "500-html"] = "400"
    unauthorized: Literal["challenge", "html"] = "challenge"
    rights: Literal["on", "403", "302"] = "on"
    rate: int | None = None
    rate_status: Literal[429, 503] = 429
    retry_after: Literal["sent", "left-out"] = "sent"
    unknown_field: Literal["ignored", "422"] = "ignored"
    clearing: Literal["clears", "ignored"] = "clears"
    nested_update: Literal["merge", "replace", "append"] = "merge"
    removing: Literal["none", "destroy"] = "none"
    foreign: Literal["checked", "unchecked"] = "checked"
    owners: Literal["deleted", "refused"] = "deleted"
    id_step: Literal[5, 1] = 5
    blanks: Literal["mixed", "absent", "empty"] = "mixed"
    encoding: Literal["raw", "references"] = "raw"
    reduction: Literal["taken-off", "none"] = "taken-off"

    @classmethod
    def parse(cls, words: Iterable[str]) -> Self:
        """Parse switches such as `nested=append` or `rate=60`.

        Raises:
            SettingsError: there is no such switch, or it does not take this value.
        """
        kinds = get_type_hints(cls)
        chosen: dict[str, Any] = {}
        for word in words:
            name, _, value = word.partition("=")
            name = SHORT.get(name.strip(), name.strip())
            if name not in kinds:
                known = ", ".join(item.name for item in fields(cls))
                raise SettingsError(f"No switch of incwo's sandbox is called {name!r}.", next=f"There are: {known}.")
            chosen[name] = _value(name, kinds[name], value.strip())
        return cls(**chosen)


def _value(name: str, kind: Any, value: str) -> object:
    """Parse the value of a switch: one of its choices, or a number."""
    choices = get_args(kind)
    off = NoneType in choices
    if choices and not off:
        if value in (known := {str(choice): choice for choice in choices}):
            return known[value]
        takes = ", ".join(known)
    else:
        if off and value == "off":
            return None
        if value.isascii() and value.isdigit() and 0 < len(value) < 7 and int(value):
            return int(value)
        takes = "off, or a number from 1" if off else "a number from 1"
    raise SettingsError(f"The switch {name} does not take {value!r}.", next=f"It takes: {takes}.")
