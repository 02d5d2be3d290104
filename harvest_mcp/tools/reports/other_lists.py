"""Lists of other records that a report needs, each read at most once."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import anyio

from harvest_mcp.api import Api, Scan
from harvest_mcp.errors import Forbidden, HarvestMcpError, Malformed, NotFound
from harvest_mcp.oversize import too_large
from harvest_mcp.spec import Record, Scope
from harvest_mcp.tools.arguments.references import not_me, pick, resolve
from harvest_mcp.tools.arguments.spellings import said_id


@dataclass(slots=True)
class Lists:
    """Lists of other records, each read at most once."""

    api: Api
    read: dict[str, Scan[Record]] = field(default_factory=dict)
    by_id: dict[str, dict[int, Record]] = field(default_factory=dict)
    hidden: dict[str, HarvestMcpError] = field(default_factory=dict)
    """Kinds this user may not see."""
    asking: dict[str, anyio.Lock] = field(default_factory=dict)
    """Held while a list is read, so that it is read once."""

    async def all(self, noun: str) -> Scan[Record]:
        """Return every record of a kind, archived ones included.

        Raises:
            NotFound, Forbidden: this user may not see them.
        """
        async with self.asking.setdefault(noun, anyio.Lock(fast_acquire=True)):
            if noun in self.hidden:
                raise self.hidden[noun]
            if noun not in self.read:
                try:
                    self.read[noun] = await self.api.scan(Scope(self.api.system.resource(noun)))
                    self.known(noun).update((row.id, row) for row in self.read[noun].rows)
                except (NotFound, Forbidden) as unseen:
                    self.hidden[noun] = unseen
                    raise
            return self.read[noun]

    async def try_all(self, *nouns: str) -> None:
        """Read these lists if this user may see them."""
        await self.api.all_of(*(partial(self._try, noun) for noun in dict.fromkeys(nouns)))

    async def _try(self, noun: str) -> None:
        with suppress(NotFound, Forbidden):
            await self.all(noun)

    def known(self, noun: str) -> dict[int, Record]:
        """Return the records of a kind read so far, by id."""
        return self.by_id.setdefault(noun, {})

    async def id(self, noun: str, value: str) -> int:
        """Return the id of the record an argument names; digits are an id."""
        owner = self.api.system.resource(noun)
        value = await not_me(self.api, owner, value)
        if (id := said_id(value, noun)) is not None:
            return id
        try:
            return pick(owner, await self.all(noun), value)
        except Malformed as broken:
            if not too_large(broken):
                raise
            return await resolve(self.api, noun, value)

    async def ids(self, said: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, ...]]:
        """Return the ids of the named records by kind, each once."""

        async def of(noun: str) -> tuple[int, ...]:
            return tuple(dict.fromkeys([await self.id(noun, each) for each in said[noun]]))

        return dict(zip(said, await self.api.all_of(*(partial(of, noun) for noun in said)), strict=True))
