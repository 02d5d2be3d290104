"""Whose a record is, in words: what it lies under, and for whom a call is made."""

from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed
from harvest_mcp.spec import Record, Scope
from harvest_mcp.text.render import quoted


async def named(api: Api, noun: str, id: int) -> str:
    """Another record by its name, `client "SuprCorp"`; by its id where this user may not see it."""
    other = api.system.resource(noun)
    try:
        return f"{noun} {quoted(other.name_of(await api.get(Scope(other), id)), most=None)}"
    except CallFailed:
        return f"{noun} {id}"


async def under_what(api: Api, place: Scope[Record]) -> str:
    """Return what a record lies under, behind what it is about: ` of person "Ana Souza" (34)`; empty at the top."""
    if (above := place.resource.owned_by) is None or place.parent is None:
        return ""
    return f" of {await named(api, str(above.ref), place.parent)}"


async def whose(api: Api, place: Scope[Record]) -> str:
    """Whom the calls are made for, behind what they are about: ` of person "Ana Souza"`; empty for the caller."""
    return "".join([f" of {await named(api, noun, id)}" for noun, id in place.for_whom])
