"""MCP resources: fixed texts of this server, and readers for addresses by template."""

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
    """A text that is the same for all who may read it; offered with any of the `tools` it belongs to."""

    uri: str
    name: str
    title: str
    says: str
    kind: str
    """Its media type."""
    content: Callable[[], str]
    tools: frozenset[str]
    meta: Mapping[str, Any] = field(default_factory=dict)
    """Its `_meta` for hosts."""

    def goes_with(self, offer: Offer) -> bool:
        return any(tool.name in self.tools for tool in offer.tools)


class Reader(Protocol):
    """Reads the addresses of its templates."""

    def templates(self, offer: Offer) -> Sequence[types.ResourceTemplate]:
        """Return the templates for what a request is offered."""
        ...

    def read(self, ctx: Context, offer: Offer, uri: str) -> Awaitable[types.ReadResourceResult] | None:
        """Return the function that reads an address; None if it is not of this kind.

        Raises:
            MCPError: there is nothing to read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Resources:
    """All resources, in the order they are listed."""

    fixed: Sequence[FixedText] = ()
    readers: Sequence[Reader] = ()

    def listed(self, offer: Offer) -> list[types.Resource]:
        """Return the fixed texts that belong to the offered tools."""
        return [
            types.Resource(uri=each.uri, name=each.name, title=each.title, description=each.says, mime_type=each.kind)
            for each in self.fixed
            if each.goes_with(offer)
        ]

    def templates(self, offer: Offer) -> list[types.ResourceTemplate]:
        """Return the templates of all readers."""
        return [template for reader in self.readers for template in reader.templates(offer)]

    async def read(self, ctx: Context, offer: Offer, uri: str) -> types.ReadResourceResult:
        """Return the text at an address.

        Raises:
            MCPError: nothing offered has it.
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
