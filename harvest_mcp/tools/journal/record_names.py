"""The record a change is about, as people name it: `contact 9`, `incwo contact 9`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harvest_mcp.changes import Entry, Wanted
from harvest_mcp.errors import InvalidArguments, NotUndone
from harvest_mcp.spec import System
from harvest_mcp.tools.arguments.spellings import as_id

Systems = Sequence[System]


def called(system: System, noun: str) -> str:
    """Return a noun, with the prefix of its system if that has one."""
    return f"{system.prefix} {noun}" if system.prefix else noun


@dataclass(frozen=True, slots=True)
class About:
    """One record of one system."""

    system: System
    noun: str
    id: int

    def narrowing(self, wanted: Wanted) -> Wanted:
        return replace(wanted, noun=self.noun, record=self.id)


def record_named(tool: str, systems: Systems, text: str | None, known_names: list[str]) -> About | None:
    """Return the parts of `contact 9` or `incwo contact 9`.

    Raises:
        InvalidArguments: it is neither.
    """
    if text is None:
        return None
    kind, _, id = text.rpartition(" ")
    every = [(system, each.noun) for system in systems for each in system.resources]
    kinds = {noun: (system, noun) for system, noun in reversed(every)}  # the first system's, if two have it
    kinds |= {f"{system.name} {noun}": (system, noun) for system, noun in every}
    kinds |= {called(system, noun): (system, noun) for system, noun in every}
    if kind not in kinds or (number := as_id(id)) is None:
        example = f"such as {called(systems[0], 'contact')} 9"
        raise InvalidArguments(tool, [f"record takes a kind and an id, {example}"], known=known_names)
    return About(*kinds[kind], number)


def of_record(system: System, entry: Entry, named: About | None) -> None:
    """Refuse a change of another record than the one named.

    Raises:
        NotUndone: it is.
    """
    if named is None or (named.system.name, named.noun, named.id) == (system.name, entry.noun, entry.record):
        return
    what = f"{called(system, entry.noun)} {entry.record or '(new)'}"
    raise NotUndone(
        f"Change {entry.id} is of {what}, not of {called(named.system, named.noun)} {named.id}.",
        next="Call list_changes for ids.",
    )
