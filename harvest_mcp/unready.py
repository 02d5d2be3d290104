"""What serves when the settings are wrong: the same tools, each of which only says what is to be mended."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import PydanticBaseSettingsSource

from harvest_mcp import __version__
from harvest_mcp.errors import HarvestMcpError, SettingsError
from harvest_mcp.files import FromFiles
from harvest_mcp.server import systems_of, tools_for
from harvest_mcp.settings import SECRETS, Settings, by_variable
from harvest_mcp.tools import prompts
from harvest_mcp.tools.tool import Tool

if TYPE_CHECKING:
    from harvest_mcp.tools.sdk import McpServer

CHOSEN = ("toolsets", "tools", "exclude_tools")
THEN = "Mend it where this server is set up, check it with `harvest-mcp doctor`, and start the server again."


class Readable(Settings):
    """What can be read of the settings: for telling what there would be, never for a call."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: Any, init_settings: Any, env_settings: Any, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, FromFiles(settings_cls, secret=SECRETS, passing=SettingsError))


def readable(flags: Mapping[str, object]) -> Settings:
    """The settings with the default in the place of each that does not fit."""
    given = by_variable(flags)
    defaults = {str(field.validation_alias): field.default for field in Settings.model_fields.values()}
    for _ in defaults:
        try:
            return Readable(**given)
        except ValidationError as error:
            given |= {name: defaults[name] for each in error.errors() if (name := str(each["loc"][0])) in defaults}
    return Readable(**defaults)


def offered(settings: Settings) -> list[Tool]:
    """The tools these settings would give; where they name one that is not there, without that choice."""
    for chosen in _ever_less(settings):
        try:
            return tools_for(chosen)
        except SettingsError:
            continue
    return tools_for(Settings.model_construct())


def _ever_less(settings: Settings) -> Iterator[Settings]:
    yield settings
    for name in CHOSEN:
        yield settings.model_copy(update={name: ()})
    yield settings.model_copy(update=dict.fromkeys(CHOSEN, ()))


def build(settings: Settings, why: HarvestMcpError) -> "McpServer":
    """A server that lists these tools and carries none of them out."""
    from harvest_mcp.tools.sdk import make_server  # noqa: PLC0415 - as when all is well

    tools = offered(settings)
    told = SettingsError(why.what, next=" ".join(filter(None, (why.next, THEN))))
    return make_server(
        version=__version__,
        instructions=f"{', '.join(system.title for system in systems_of(settings))} cannot be reached yet. {told}",
        tools=tools,
        prompts=prompts.load(tool.name for tool in tools),
        desk=told,
    )
