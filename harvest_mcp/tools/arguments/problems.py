"""Word what is wrong with the arguments of a call."""

import re
from collections.abc import Container, Mapping
from typing import Any

from pydantic import BaseModel

VENDORS = {
    "address": "details",
    "is_active": "active",
    "is_billable": "billable",
    "spent_date": "day",
    "issue_date": "issued_at",
    "due_date": "due_at",
    "paid_date": "paid_at",
    "roles": "department",
}
"""Harvest v2's names of columns, with this server's names (harvest-v2 27)."""


def worded(fault: Any, parts: Mapping[str, type[BaseModel] | None], words: Container[str]) -> str:
    """Return one problem; `parts` are the known names, with the models of children, `words` the lists of words."""
    name = _place(fault["loc"], words)
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        if len(loc := fault["loc"]) != 3 or (part := parts[loc[0]]) is None:
            return _unknown(str(loc[-1]), list(parts))
        return _unknown(str(loc[2]), [], f" of {loc[0]}[{loc[1]}], which takes {', '.join(part.model_fields)}")
    return f"{name} {REASON.get(kind, 'has the wrong form').format(**context)}"


def _place(loc: tuple[str | int, ...], words: Container[str]) -> str:
    """Return the argument that is wrong, or the column of one child: `contact_items[0].value`."""
    if len(loc) == 3:
        return f"{loc[0]}[{loc[1]}].{loc[2]}"
    if len(loc) == 2 and isinstance(loc[1], int) and loc[0] not in words:
        return f"{loc[0]}[{loc[1]}]"
    return str(loc[0]) if loc else "arguments"


def _unknown(name: str, known: list[str], within: str = "") -> str:
    """Return an unknown name and the known one it resembles; never a long or strange one."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}", name) is None:
        return f"a name that was sent is no {'field' + within if within else 'argument of this tool'}"
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    called = VENDORS.get(name, name)
    close = [called] if called in known else _longer(called, known) or get_close_matches(name, known, n=1)
    if within:
        return f"{name} is no field{within}"
    return f"{name} is no argument of this tool" + (f" (did you mean {close[0]}?)" if close else "")


def _longer(name: str, known: list[str]) -> list[str]:
    """Return the one known name that begins with all of this one: `due_at_human_format`; `line_items` for `lines`."""
    one = name.removesuffix("s")
    fit = [each for each in known if each.startswith(f"{one}_")]
    return fit if len(fit) == 1 and one not in known else []


REASON = {
    "missing": "is missing",
    "worded": "{text}",
    "int_type": "takes a whole number such as 9",
    "int_from_float": "takes a whole number such as 9",
    "int_parsing_size": "is too large a number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "bool_type": "takes true or false",
    "string_type": "takes text",
    "string_unicode": "holds half of a character, a lone surrogate; send the text without it",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "list_type": "takes a list",
    "too_short": "is an empty list",
    "too_long": "holds more than {max_length}",
    "model_type": "takes an object with its fields by name",
    "literal_error": "takes only {expected}",
}
