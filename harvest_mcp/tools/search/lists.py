"""Read what a search needs: every unpaged list, and of paged ones what the vendor can filter."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import anyio

from harvest_mcp.api import Scan
from harvest_mcp.errors import CallFailed, Forbidden, Malformed, NotFound, Refused, Unavailable
from harvest_mcp.lanes import side_by_side
from harvest_mcp.oversize import too_large
from harvest_mcp.spec import Record, Resource, Scope, System
from harvest_mcp.text.folding import fold
from harvest_mcp.text.render import quoted
from harvest_mcp.text.terms import Term, texts
from harvest_mcp.tools.records.query import NamesSeen
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]
BESIDE = 10
"""The most pages of a list other than the main ones, unless its kind was named."""
BACK = 10
"""The most pages to read for a number, and for one owner."""
TELEPHONE = 9
"""From so many digits on, a number is not an invoice's."""
OWNERS = 3
"""The most records found whose long lists are read."""
ALL = "all"
"""Asks for every kind, including those usually left out."""
LEAST = 2
"""The longest word too short to name an owner."""


def kinds_of(
    systems: Sequence[System], offered: frozenset[str] | None, without: Sequence[str] = ()
) -> dict[str, tuple[System, Kind]]:
    """Return the kinds that can be searched by name: those of these list tools, or all except some."""
    return {
        _kind(system, resource): (system, resource)
        for system in systems
        for resource in system.resources
        if "list" in resource.verbs
        and not resource.owner
        and searchable(resource)
        and (tool := system.tool("list", resource)) not in without
        and (offered is None or tool in offered)
    }


def _kind(system: System, resource: Kind) -> str:
    """Return the name of a kind in a search."""
    return "_".join(part for part in (system.prefix, resource.plural) if part)


def searchable(resource: Kind) -> bool:
    """Return whether its list is searched: a complete one, not one that grows by the day."""
    return resource.wire.complete and not resource.wording.listed_with


def cheap(system: System, resource: Kind) -> bool:
    """Return whether it is searched by default: one list, the newest page of a long one, or pages of the main kinds."""
    return not resource.wire.paged or _long(resource) or resource.toolset in system.default_toolsets


@dataclass(slots=True)
class ReadLists:
    """The lists of one search: the rows of each kind, what could not be seen, and what was left out."""

    call: Call
    query: str
    words: Sequence[Term]
    named: bool
    """Whether the caller named the kinds, and so wants them in full."""
    rows: dict[str, tuple[System, Kind, list[Record]]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)
    goes_on: list[str] = field(default_factory=list)
    """List tools that continue lists read in part."""
    found: dict[str, Scan[Record] | None] = field(default_factory=dict)
    """The result for each kind; None if this user may not see it."""
    passed: dict[str, str] = field(default_factory=dict)
    """Kinds that could not be read or are too large, with why and what to do."""
    failures: list[CallFailed] = field(default_factory=list)
    """The errors of lists that could not be read."""
    there: dict[str, anyio.Event] = field(default_factory=dict)
    """Set as soon as a kind is read."""
    done: int = 0

    async def all(self, kinds: Mapping[str, tuple[System, Kind]]) -> None:
        """Read them, those of one system at the same time; hits in short lists narrow long ones.

        Raises:
            CallFailed: some could not be read, and there is no other.
        """
        ordered = sorted(kinds.items(), key=lambda each: _long(each[1][1]))
        self.there = {kind: anyio.Event() for kind in kinds}
        await side_by_side(
            [partial(self._of_system, system, ordered) for system in dict.fromkeys(of for of, _ in kinds.values())]
        )
        for kind, (system, resource) in ordered:
            if (found := self.found[kind]) is None:
                (self.partly.append(self.passed[kind]) if kind in self.passed else self.hidden.append(kind))
                continue
            self.rows[kind] = (system, resource, found.rows)
            if not found.whole:
                self.partly.append(f"{kind}: {found.told}")
                self.goes_on.append(system.tool("list", resource))
        if self.failures and not self.rows:
            raise self.failures[0]

    async def _of_system(self, system: System, ordered: Sequence[tuple[str, tuple[System, Kind]]]) -> None:
        """Read the lists of one system at the same time, long ones first, unless calls go one by one."""
        some = [(kind, resource) for kind, (of, resource) in ordered if of == system]
        if not system.plan.one_at_a_time:
            some.sort(key=lambda each: not _long(each[1]))
        await self.call.api(system).all_of(*(partial(self._read, kind, system, each) for kind, each in some))

    async def _read(self, kind: str, system: System, resource: Kind) -> None:
        """Read a list; of a long one the newest page, and the records of the owners found."""
        long = _long(resource)
        try:
            self.found[kind] = await (self._newest if long else self._list)(system, resource)
        except (NotFound, Forbidden):
            self.found[kind] = None
        except (Unavailable, Refused, Malformed) as why:
            large = too_large(why)
            self.failures += [] if large else [why]
            says = "passed over, too large." if large else f"could not be read: {why.what}"
            self.found[kind], self.passed[kind] = None, f"{kind}: {says} {why.next}".rstrip(" .")
        finally:
            self.there[kind].set()
        self.done += 1
        await self.call.progress(f"Searched {self.done} of {len(self.there)} kinds.")
        if long and (found := self.found[kind]) is not None:
            self.found[kind] = await self._owned(system, resource, found)

    async def names(self) -> dict[tuple[str, str, int], str]:
        """Return the names of the rows and of what they refer to: read, remembered, or looked up once."""
        refers = {
            (system.name, noun) for system, resource, _ in self.rows.values() for _, noun, _ in texts(resource).refs
        }
        names = {
            (system.name, resource.noun, row.id): resource.name_of(row)
            for system, resource, rows in self.rows.values()
            if (system.name, resource.noun) in refers
            for row in rows
        }
        read = {(system.name, resource.noun) for system, resource, _ in self.rows.values()}
        wanted: dict[str, tuple[System, list[str]]] = {}
        for system, resource, rows in self.rows.values():
            for column, noun, named in texts(resource).refs:
                if (system.name, noun) in read or _kind(system, system.resource(noun)) in self.passed:
                    continue
                if any(getattr(row, column) and not (named and getattr(row, named)) for row in rows):
                    read.add((system.name, noun))
                    wanted.setdefault(system.name, (system, []))[1].append(noun)
        for system, nouns in wanted.values():
            for noun, known in (await self._called(system).each(nouns, pages=self.named)).items():
                names |= {(system.name, noun, id): name for id, name in known.items()}
        return names

    async def _list(self, system: System, resource: Kind) -> Scan[Record]:
        main = self.named or not resource.wire.paged or resource.toolset in system.default_toolsets
        return await self.call.api(system).scan(Scope(resource), most=None if main else BESIDE)

    @property
    def _numbers(self) -> set[str]:
        """Return the words that may be a record's number."""
        numbers = (term for term in self.words if any(map(str.isdigit, term.text)) and len(term.digits) < TELEPHONE)
        wanted = {term.text for term in numbers}
        return wanted | set(fold(self.query).split()) if wanted else wanted

    async def _newest(self, system: System, resource: Kind) -> Scan[Record]:
        """Return the newest of a long list, back to the number looked for."""
        wanted = self._numbers
        return await self.call.api(system).scan(
            Scope(resource), until=lambda row: fold(resource.name_of(row)) in wanted, most=BACK if wanted else 1
        )

    async def _owned(self, system: System, resource: Kind, found: Scan[Record]) -> Scan[Record] | None:
        """Return the newest of a long list and those of the owners found, unless the number is among the newest."""
        api, wanted = self.call.api(system), self._numbers
        if found.whole or any(fold(resource.name_of(row)) in wanted for row in found.rows):
            return found
        rows, told = {row.id: row for row in found.rows}, [found.told]
        by = [each for each in resource.filters if each.ref and each.query]
        owners = [(each.name, *owner) for each in by for owner in await self._owners(system, str(each.ref))]
        jobs = (partial(api.scan, Scope(resource), where={name: id}, most=BACK) for name, id, _ in owners)
        try:
            lists = await api.all_of(*jobs)
        except (NotFound, Forbidden):
            return None
        except (Unavailable, Refused, Malformed) as why:
            return replace(found, part=f"{found.told}, and none behind: {why.what}".rstrip("."))
        for (_, _, name), of in zip(owners, lists, strict=True):
            rows |= {row.id: row for row in of.rows}
            told.append(f"{'all' if of.whole else of.told} of {quoted(name)}")
        return Scan([rows[id] for id in sorted(rows)], found.read, found.next, found.total, ", and ".join(told))

    def _called(self, system: System) -> NamesSeen:
        return NamesSeen(self.call.api(system), self.call.names_of(system))

    async def _owners(self, system: System, noun: str) -> list[tuple[int, str]]:
        """Return the records of that kind that most words of the query name, if they are few."""
        known = [(id, name, fold(name)) for id, name in await self._known(system, noun)]
        fits = [(sum(_in(term, folded) for term in self.words), id, name) for id, name, folded in known]
        most = max((many for many, _, _ in fits), default=0)
        owners = [(id, name) for many, id, name in fits if many and many == most]
        return owners if len(owners) <= OWNERS else []

    async def _known(self, system: System, noun: str) -> list[tuple[int, str]]:
        if (kind := _kind(system, system.resource(noun))) in self.there:
            await self.there[kind].wait()
            if found := self.found.get(kind):
                return [(row.id, system.resource(noun).name_of(row)) for row in found.rows]
            if kind in self.passed:
                return []
        return list((await self._called(system).of(noun)).items())


def _in(term: Term, name: str) -> bool:
    return term.kind != "link" and len(term.text) > LEAST and term.text in name


def _long(resource: Kind) -> bool:
    """Return whether its number of pages is unknown: newest first, and filtered by the vendor."""
    return resource.wire.uncounted


def unsearched(systems: Sequence[System], offered: Container[str]) -> str:
    """Return what no search reads, with the tool that does if it is offered."""
    told = {
        (system.words(resource), system.tool("list", resource))
        for system in systems
        for resource in system.resources
        if "list" in resource.verbs and not searchable(resource)
    }
    told |= {(report.rows.words, report.name) for system in systems for report in system.reports}
    named = [f"{words} ({tool})" if tool in offered else words for words, tool in sorted(told)]
    return f"not searched: {', '.join(dict.fromkeys(named))}" if named else ""
