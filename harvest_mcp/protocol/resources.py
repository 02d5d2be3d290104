"""What clients read by an address: texts of this server's own, and what readers find for an address of their kind."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import mcp_types as types
from mcp.shared.exceptions import MCPError

from harvest_mcp.protocol.elicitation import Context
from harvest_mcp.protocol.visit import Offer
from harvest_mcp.text.render import quoted, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedText:
    """A text that is the same for all who may read it; it is offered with any of the `tools` it goes with."""

    uri: str
    name: str
    title: str
    says: str
    kind: str
    """Its media type."""
    content: Callable[[], str]
    tools: frozenset[str]
    meta: Mapping[str, Any] = field(default_factory=dict)
    """What hosts have to know of it."""

    def goes_with(self, offer: Offer) -> bool:
        return any(tool.name in self.tools for tool in offer.tools)


class Reader(Protocol):
    """Reads the addresses that follow its templates."""

    def templates(self, offer: Offer) -> Sequence[types.ResourceTemplate]:
        """Return the forms of address there are, for what a request is offered."""
        ...

    def read(self, ctx: Context, offer: Offer, uri: str) -> Awaitable[types.ReadResourceResult] | None:
        """Return what reads an address; None where it is not of this kind.

        Raises:
            MCPError: there is nothing to be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything that can be read here, in the order it is listed."""

    fixed: Sequence[FixedText] = ()
    readers: Sequence[Reader] = ()

    def listed(self, offer: Offer) -> list[types.Resource]:
        """Return the fixed texts that go with what is offered."""
        return [
            types.Resource(uri=each.uri, name=each.name, title=each.title, description=each.says, mime_type=each.kind)
            for each in self.fixed
            if each.goes_with(offer)
        ]

    def templates(self, offer: Offer) -> list[types.ResourceTemplate]:
        """Return the forms of address that are read here beside them."""
        return [template for reader in self.readers for template in reader.templates(offer)]

    async def read(self, ctx: Context, offer: Offer, uri: str) -> types.ReadResourceResult:
        """Return what stands at an address.

        Raises:
            MCPError: nothing that is offered does.
        """
        for each in self.fixed:
            if each.uri == uri and each.goes_with(offer):
                text = types.TextResourceContents(uri=uri, mime_type=each.kind, text=each.content())
                if each.meta:
                    text.meta = dict(each.meta)
                return types.ReadResourceResult(contents=[text])
        for reader in self.readers:
            if (found := reader.read(ctx, offer, uri)) is not None:
                return await found
        where = "resources/list and resources/templates/list have what there is."
        message = f"There is nothing at {quoted(visible(uri), most=80)} here. {where}"
        raise MCPError(code=types.INVALID_PARAMS, message=message)
