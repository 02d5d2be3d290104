"""Arguments that had another name once: a call with the old name is taken as one with the new."""

from collections.abc import Collection, Mapping

from harvest_mcp.errors import InvalidArguments

NOW: Mapping[str, str] = {"from": "since", "to": "until"}
"""What each old name is called now. `from` is a keyword of Python, which cannot be a parameter there."""


def renamed(tool: str, known: Collection[str], raw: Mapping[str, object]) -> Mapping[str, object]:
    """Return the arguments of a call by the names its tool knows.

    Raises:
        InvalidArguments: one was given under both names.
    """
    old = {name: new for name, new in NOW.items() if name in raw and name not in known and new in known}
    if twice := [f"{new} was given twice, since {name} is its old name" for name, new in old.items() if new in raw]:
        raise InvalidArguments(tool, twice, known=list(known))
    return {old.get(name, name): value for name, value in raw.items()} if old else raw
