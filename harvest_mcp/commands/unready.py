"""The server for wrong settings: the same tools, each of which only says what to correct.

If they are wrong for one of two systems only, the other's tools work.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import PydanticBaseSettingsSource

from harvest_mcp import __version__, server
from harvest_mcp.config.secret_files import FromFiles
from harvest_mcp.config.settings import SECRETS, Settings, by_variable, read
from harvest_mcp.errors import HarvestMcpError, SettingsError
from harvest_mcp.gateway import Account, environment
from harvest_mcp.integrations import INTEGRATIONS
from harvest_mcp.protocol import prompts
from harvest_mcp.server import systems_of, tools_for
from harvest_mcp.systems import load
from harvest_mcp.tools.tool import Desk, Tool

if TYPE_CHECKING:
    from harvest_mcp.protocol.sdk import McpServer

CHOSEN = ("toolsets", "tools", "exclude_tools")
THEN = "Mend it where this server is set up, check it with `harvest-mcp doctor`, and start the server again."


class Readable(Settings):
    """The settings as far as they can be read: to tell what would be offered, never for a call."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: Any, init_settings: Any, env_settings: Any, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, FromFiles(settings_cls, secret=SECRETS, passing=SettingsError))


def readable(flags: Mapping[str, object]) -> Settings:
    """Return the settings, with the default in place of each invalid one."""
    given = by_variable(flags)
    defaults = {str(field.validation_alias): field.default for field in Settings.model_fields.values()}
    for _ in defaults:
        try:
            return Readable(**given)
        except ValidationError as error:
            given |= {name: defaults[name] for each in error.errors() if (name := str(each["loc"][0])) in defaults}
    return Readable(**defaults)


def offered(settings: Settings) -> list[Tool]:
    """Return the tools of these settings; if they name an unknown one, without that choice."""
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


def usable_part(flags: Mapping[str, object], then: str = "") -> tuple[Settings, Desk] | None:
    """Return the settings and a desk for the systems that are set up, if one of two is.

    `then` says what to do once the settings are corrected. None if both are right or wrong, or the server itself is. A
    system that is not offered does not matter.
    """
    there = readable(flags)
    good: dict[str, tuple[Settings, Account]] = {}
    missing: dict[str, HarvestMcpError] = {}
    for name in there.systems if there.system else _begun(there):
        try:
            good[name] = _alone(name, flags)
        except SettingsError as why:
            missing[name] = SettingsError(why.what, next=" ".join(filter(None, (why.next, then))))
    if len(good) != 1:
        return None
    ((alone, account),) = good.values()
    of = {INTEGRATIONS[name].vendor for name in missing}
    hidden = {field: getattr(there, field) for field in Settings.model_fields if _of(_variable(field)) in of}
    chosen = alone.model_copy(update={**hidden, "system": "both" if missing else alone.system})
    try:
        tools_for(chosen)
        state = server.state_of(chosen)
    except SettingsError:
        return None
    desk = server.desk(chosen, [account], server.over_http(chosen, state), state=state)
    return chosen, replace(desk, missing=missing)


def _begun(there: Settings) -> tuple[str, ...]:
    """Return the systems of which anything is set, even misspelt or unreadable."""
    named = {_of(variable) for variable in os.environ}
    return tuple(name for name in there.vendors if INTEGRATIONS[name].vendor in named or name in there.systems)


def _alone(system: str, flags: Mapping[str, object]) -> tuple[Settings, Account]:
    """Return the settings without other systems, and this one's account.

    Raises:
        SettingsError: something in it, or in the server itself, is wrong.
    """
    with _without_others(system):
        chosen = read(flags)
        account = server.account_of(chosen, load(system))
    environment.check(account.url)
    return chosen, account


@contextmanager
def _without_others(system: str) -> Iterator[None]:
    """Temporarily remove other systems' variables from the environment."""
    own = (INTEGRATIONS[system].vendor, "")
    others = {name: os.environ.pop(name) for name in list(os.environ) if _of(name) not in own}
    try:
        yield
    finally:
        os.environ.update(others)


def _of(variable: str) -> str:
    """Return the vendor a variable belongs to; empty for the server's own and for unrelated ones."""
    name = variable.removesuffix("_FILE")
    return next((each.vendor for each in INTEGRATIONS.values() if each.variables.about(name)), "")


def _variable(field: str) -> str:
    return str(Settings.model_fields[field].validation_alias)


def build(settings: Settings, why: HarvestMcpError) -> "McpServer":
    """Return a server that lists these tools and carries out none."""
    from harvest_mcp.protocol.sdk import make_server  # noqa: PLC0415 - as when all is well

    tools = offered(settings)
    told = SettingsError(why.what, next=" ".join(filter(None, (why.next, THEN))))
    return make_server(
        version=__version__,
        instructions=f"{', '.join(system.title for system in systems_of(settings))} cannot be reached yet. {told}",
        tools=tools,
        prompts=prompts.load(tool.name for tool in tools),
        desk=told,
    )
