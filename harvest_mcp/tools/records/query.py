"""Match the words of a query in rows, and find the names of records that rows refer to."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import anyio.lowlevel

from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed, Forbidden, NotFound
from harvest_mcp.names import Names
from harvest_mcp.spec import Record, Resource, Rule, Scope, fields
from harvest_mcp.text.folding import fold
from harvest_mcp.text.render import quoted
from harvest_mcp.text.terms import Term, Text, folded, terms, texts

Kind = Resource[Record]
SHORT = 3
"""The most pages of a list that is read for names alone."""
AT_ONCE = 2_000
"""How many rows to match before other tasks may run."""


@dataclass(frozen=True, slots=True)
class NamesSeen:
    """Names of referenced records: remembered, or read once if one list tells them."""

    api: Api
    names: Names

    async def of(self, noun: str, *, pages: bool = False) -> Mapping[int, str]:
        """Return the names of a kind by id; empty if this user may not see it. Paged lists are read with `pages`."""
        if (known := self.names.of(noun)) is not None:
            return known
        other = self.api.system.resource(noun)
        if not _listed(other) or (other.wire.paged and not pages):
            return {}
        try:
            found = await self.api.scan(Scope(other))
        except (NotFound, Forbidden):
            self.names.hide(noun)
            return {}
        except CallFailed:  # names are only an extra
            return {}
        return self.names.of(noun) or {row.id: other.name_of(row) for row in found.rows}

    async def each(self, nouns: Iterable[str], *, pages: bool = False) -> dict[str, Mapping[int, str]]:
        """Return the names of several kinds."""
        some = list(dict.fromkeys(nouns))
        found = await self.api.all_of(*(partial(self.of, noun, pages=pages) for noun in some))
        return dict(zip(some, found, strict=True))

    async def beside(
        self, resource: Kind, rows: Sequence[Record], columns: Sequence[str], *, given: Sequence[str]
    ) -> dict[str, Mapping[int, str]]:
        """Return the names to show with these columns, by id; those given in a filter are skipped, as the caller knows
        them."""
        owns: dict[str, tuple[str, set[int], dict[int, str]]] = {}
        for column in columns:
            item = fields(resource.record).get(column)
            if item is None or not item.ref or item.ref in given or named_inside(resource, column) in columns:
                continue
            ids = {id for row in rows if (id := getattr(row, column))}
            own = {id: name for row in rows if (id := getattr(row, column)) and (name := _own(resource, row, column))}
            owns[column] = item.ref, ids, own
        wanted: dict[str, set[int]] = {}
        for noun, ids, own in owns.values():
            wanted.setdefault(noun, set()).update(ids - own.keys())
        some = {noun: ids for noun, ids in wanted.items() if ids}
        found = await self.api.all_of(*(partial(self._near, noun, ids) for noun, ids in some.items()))
        lists = dict(zip(some, found, strict=True))
        told = {
            column: own if own.keys() >= ids else {**lists.get(noun, {}), **own}
            for column, (noun, ids, own) in owns.items()
        }
        return {column: names for column, names in told.items() if owns[column][1] & names.keys()}

    async def _near(self, noun: str, ids: set[int]) -> Mapping[int, str]:
        """Return the names of a kind for these ids: of a paged list those remembered, or told by a short one, or by
        its first page."""
        other = self.api.system.resource(noun)
        if not _listed(other) or not other.wire.paged:
            return await self.of(noun)
        known = self.names.remembered(noun)
        if ids <= known.keys() or other.wire.uncounted or not self.names.begin(noun):
            return known
        try:
            async for page in self.api.pages(Scope(other)):
                self.names.see(other, page.rows)
                if not page.total.isdigit() or int(page.total) > SHORT:
                    break
        except (NotFound, Forbidden):
            self.names.hide(noun)
        except CallFailed:  # names are only an extra
            pass
        return self.names.remembered(noun)

    async def told(self, resource: Kind, record: Record | None) -> str:
        """Return `Its project is "Packaging", its currency Euro - EUR.` for a record whose own name is figures.

        Only remembered names are used; the currency costs one call at most.
        """
        known = fields(resource.record)
        if record is None:
            return ""
        said = []
        for column, noun, _ in texts(resource).refs:
            if name := (self.names.of(noun) or {}).get(getattr(record, column) or 0):
                said.append(f"its {self.api.system.resource(noun).word} is {quoted(name)}")
            if (row := self.names.record(noun, getattr(record, column) or 0)) is None:
                continue
            said += filter(None, (rule.measured(record, column, row) for rule in resource.rules))
            if "currency" not in known:
                said += [f"its currency is {each}" async for each in self._currency(noun, row)]
        told = ", ".join(said)
        return f"{told[:1].upper()}{told[1:]}." if told else ""

    async def _currency(self, noun: str, row: Record) -> AsyncIterator[str]:
        """Yield the currency of the records that this one refers to."""
        for column, of, _ in texts(self.api.system.resource(noun)).refs:
            other, id = self.api.system.resource(of), getattr(row, column)
            if id and "currency" in fields(other.record):
                try:
                    owner = self.names.record(of, id) or await self.api.get(Scope(other), id)
                except CallFailed:  # only an extra
                    continue
                yield str(getattr(owner, "currency"))  # noqa: B009 - which kind it is of, only its columns tell


def _listed(other: Kind) -> bool:
    return "list" in other.verbs and not other.owner and other.wire.complete


def named_inside(resource: Kind, column: str) -> str:
    """Return the column of the same record with the name of what `column` refers to; empty if there is none."""
    return next((name for ref, _, name in texts(resource).refs if ref == column), "")


def _own(resource: Kind, row: Record, column: str) -> str:
    name = named_inside(resource, column)
    return (getattr(row, name) or "") if name else ""


@dataclass(slots=True)
class Sieve:
    """Matches rows with a query: every word must be somewhere in a row.

    Its texts count, shown or not, and the names of what it refers to, which are only read if its texts do not decide.
    `given` are references fixed by a filter.
    """

    resource: Kind
    query: str
    called: NamesSeen
    given: Sequence[str] = ()
    narrows: Sequence[tuple[Rule, Sequence[str]]] = ()
    """Rules that filter rows, with the columns given."""
    seen: int = 0
    lists: set[str] = field(default_factory=set)
    """The child lists that any row has."""
    met: dict[str, list[Record]] = field(default_factory=dict)
    """The rows that each word is in, up to a few."""
    others: dict[str, Mapping[int, str]] = field(default_factory=dict)
    """The names of referenced records by kind, as looked up."""
    words: list[Term] = field(init=False)

    def __post_init__(self) -> None:
        """Split the query."""
        self.words = terms(self.query)

    async def __call__(self, rows: Sequence[Record]) -> list[bool]:
        """Return whether each row matches; with many rows, other tasks run in between."""
        self.seen += len(rows)
        for column, _ in texts(self.resource).within:
            if column not in self.lists and any(getattr(row, column) for row in rows):
                self.lists.add(column)
        if not self.query:
            return [self._left(row) for row in rows] if self.narrows else [True] * len(rows)
        fits: list[bool] = []
        for at in range(0, len(rows), AT_ONCE):
            fits += await self._some(rows[at : at + AT_ONCE])
            await anyio.lowlevel.checkpoint()
        return fits

    async def _some(self, rows: Sequence[Record]) -> list[bool]:
        told = folded(self.resource, rows)
        left = [at for at, text in enumerate(told) if not self._meets(text)]
        wanted = [
            noun
            for column, noun, _ in texts(self.resource).refs
            if any(getattr(rows[at], column) and not _own(self.resource, rows[at], column) for at in left)
        ]
        names = await self._names(dict.fromkeys(wanted))
        told = folded(self.resource, rows, names) if any(names.values()) else told
        for row, text in zip(rows, told, strict=True):
            for term in self.words:
                if term.met_by(text):
                    self.met.setdefault(term.text, []).append(row)
        return [self._meets(text) and self._left(row) for row, text in zip(rows, told, strict=True)]

    @property
    def untold(self) -> list[str]:
        """The child lists that decide here, and that no row has: the vendor's list may leave them out."""
        within = (column for rule, columns in self.narrows for column in rule.narrows_within(columns))
        return [column for column in within if column not in self.lists]

    def _left(self, row: Record) -> bool:
        return all(rule.narrowed(row, columns) for rule, columns in self.narrows)

    async def _names(self, nouns: Collection[str]) -> dict[str, Mapping[int, str]]:
        for noun in nouns:
            if noun in self.given:
                self.others.setdefault(noun, self.called.names.of(noun) or {})
        self.others |= await self.called.each((noun for noun in nouns if noun not in self.others), pages=True)
        return {noun: self.others[noun] for noun in nouns}

    def _meets(self, text: Text) -> bool:
        return all(term.optional or term.met_by(text) for term in self.words)

    def hit(self, row: Record) -> bool:
        """Return whether the query is this row's number, so that no further row is looked for."""
        name = self.resource.name_of(row)
        return self.resource.named_by.digits and len(self.words) == 1 and self.words[0].text == fold(name)
