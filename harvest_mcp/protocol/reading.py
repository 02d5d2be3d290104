"""Records as resources: an address is read by the call of its tool, with the same text; and completion of names."""

import logging
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

import mcp_types as types
from mcp.shared.exceptions import MCPError

from harvest_mcp.errors import Forbidden, HarvestMcpError, InvalidArguments, NoMatch, NotConnected, NotFound, StateError
from harvest_mcp.protocol.connecting import connect_page
from harvest_mcp.protocol.elicitation import Context
from harvest_mcp.protocol.progress import Progress
from harvest_mcp.protocol.visit import Entrance, Offer, Outcome
from harvest_mcp.spec import System
from harvest_mcp.text.render import visible
from harvest_mcp.text.suggesting import MOST, suggested
from harvest_mcp.tools.address import RecordAddress
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.tool import NO_PERSON, Answer, Call, Desk, Tool

log = logging.getLogger("harvest_mcp.resources")


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Reads the addresses of those tools that a request is offered."""

    entrance: Entrance
    desk: Desk | HarvestMcpError

    def templates(self, offer: Offer) -> Sequence[types.ResourceTemplate]:
        """Return the URI template of each kind."""
        return [
            types.ResourceTemplate(
                uri_template=address.template,
                name="_".join(filter(None, (address.system.prefix, address.noun))),
                title=" ".join(filter(None, (address.system.title, address.noun.replace("_", " ")))),
                description=address.says,
            )
            for address, _ in addressed(offer)
        ]

    def read(self, ctx: Context, offer: Offer, uri: str) -> Awaitable[types.ReadResourceResult] | None:
        """Return the function that reads this record, as its tool does; None for other addresses.

        Raises:
            MCPError: there is none, or it cannot be read now.
        """
        for address, tool in addressed(offer):
            if (said := address.value(uri)) is not None:
                return self._read(ctx, offer, uri, (address, tool, said))
        return None

    async def _read(
        self, ctx: Context, offer: Offer, uri: str, found: tuple[RecordAddress, Tool, str]
    ) -> types.ReadResourceResult:
        text = visible(await self._told(ctx, offer, *found))
        kind = "application/json" if text.startswith("{") else "text/plain"
        return types.ReadResourceResult(contents=[types.TextResourceContents(uri=uri, mime_type=kind, text=text)])

    async def _told(self, ctx: Context, offer: Offer, address: RecordAddress, tool: Tool, said: str) -> str:
        if isinstance(self.desk, HarvestMcpError):
            raise refused(self.desk, str(self.desk))
        if refusal := self.entrance.refusal(ctx, tool):
            raise MCPError(code=types.INVALID_PARAMS, message=refusal)
        told, offered, whose = Progress(ctx), [each.name for each in offer.tools], self.entrance.whose(ctx)
        began = monotonic()
        became: Outcome = "cancelled"
        self.entrance.began()
        try:
            arguments = parse(tool.name, tool.arguments, dict(address.arguments(said)))
            async with self.entrance.desk(ctx, self.desk) as desk:
                call = Call(desk, tool.name, NO_PERSON, told.waiting, told.progress, offered, whose)
                await desk.find()
                answer = Answer.of(await tool.run(call, arguments)).beside(arguments.noted)
            became = "ok"
        except NotConnected as error:
            became = "waits"
            message = visible(str(await connect_page(self.entrance, ctx, None, error)))
            raise MCPError(code=types.INTERNAL_ERROR, message=message) from None
        except HarvestMcpError as error:
            became = "refused"
            raise refused(error, self.entrance.told(error)) from None
        except (Exception, SystemExit) as crash:
            became = "failed"
            log.error("%s crashed with %s", tool.name, type(crash).__name__)
            message = f"{tool.name} failed inside this server ({type(crash).__name__})."
            raise MCPError(code=types.INTERNAL_ERROR, message=message) from None
        finally:
            self.entrance.ended(ctx, tool.name, became, monotonic() - began)
        return answer.text


def addressed(offer: Offer) -> Iterator[tuple[RecordAddress, Tool]]:
    """Yield the offered tools whose answers have an address."""
    return ((tool.address, tool) for tool in offer.tools if tool.address)


def refused(error: HarvestMcpError, told: str) -> MCPError:
    """Return the error of a failed read: not found (or not visible to this user), or internal."""
    missing = isinstance(error, NotFound | Forbidden | NoMatch | InvalidArguments)
    return MCPError(code=types.INVALID_PARAMS if missing else types.INTERNAL_ERROR, message=visible(told))


@dataclass(frozen=True, slots=True)
class Completions:
    """Completes names from those its caller has read within ten minutes; the vendor is never asked."""

    entrance: Entrance
    desk: Desk | HarvestMcpError
    systems: Sequence[System]

    async def complete(self, ctx: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
        """Return the names that fit what is typed; none if none are remembered.

        Raises:
            MCPError: there is no such prompt, template or argument.
        """
        offer, name = self.entrance.offer(ctx), params.argument.name
        if isinstance(params.ref, types.PromptReference):
            kinds = self._of_prompt(offer, params.ref.name, name)
        else:
            kinds = self._of_address(offer, params.ref.uri, name)
        values = await self._names(ctx, kinds, params.argument.value)
        values = list(dict.fromkeys(values))
        completion = types.Completion(values=values[:MOST], total=len(values), has_more=len(values) > MOST)
        return types.CompleteResult(completion=completion)

    def _of_prompt(self, offer: Offer, prompt: str, argument: str) -> list[tuple[System, str]]:
        """Return the kinds that an argument of a prompt is named after, in the systems of its tools."""
        found = next((each for each in offer.prompts if each.name == prompt), None)
        if found is None:
            raise MCPError(code=types.INVALID_PARAMS, message="There is no prompt of that name. prompts/list has them.")
        _known(argument, [each.name for each in found.arguments])
        prefixes = {system.prefix for system in self.systems if system.prefix}
        own = {prefix for tool in found.tools for prefix in prefixes & {*tool.split("_")} or {""}}
        systems = [system for system in self.systems if system.prefix in own]
        return [(each, argument) for each in systems if any(argument == kind.noun for kind in each.resources)]

    def _of_address(self, offer: Offer, template: str, variable: str) -> list[tuple[System, str]]:
        """Return the kind of record of a template."""
        found = next((address for address, _ in addressed(offer) if address.template == template), None)
        if found is None:
            message = "There is no such template. resources/templates/list has them."
            raise MCPError(code=types.INVALID_PARAMS, message=message)
        _known(variable, [found.variable])
        return [(found.system, found.noun)]

    async def _names(self, ctx: Context, kinds: Sequence[tuple[System, str]], typed: str) -> list[str]:
        if isinstance(self.desk, HarvestMcpError):
            return []
        try:
            async with self.entrance.desk(ctx, self.desk) as desk:
                seen = [(desk.seen_by(system, self.entrance.whose(ctx)), noun) for system, noun in kinds]
        except StateError:  # the vault cannot be read now
            return []
        return [name for names, noun in seen if names for name in suggested(names.remembered(noun), typed)]


def _known(argument: str, names: Sequence[str]) -> None:
    if argument not in names:
        message = f"There is no such argument to complete. Arguments: {', '.join(names) or 'none'}."
        raise MCPError(code=types.INVALID_PARAMS, message=message)
