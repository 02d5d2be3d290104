"""Say whose a record is: the record it lies under, and the person a call is made for."""

from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed
from harvest_mcp.spec import Record, Scope
from harvest_mcp.text.render import quoted


async def named(api: Api, noun: str, id: int) -> str:
    """Return another record by name, `client "SuprCorp"`; by id if this user may not see it."""
    other = api.system.resource(noun)
    try:
        return f"{noun} {quoted(other.name_of(await api.get(Scope(other), id)), most=None)}"
    except CallFailed:
        return f"{noun} {id}"


async def under_what(api: Api, place: Scope[Record]) -> str:
    """Return ` of person "Ana Souza" (34)`: the record it lies under; empty at the top level."""
    if (above := place.resource.owned_by) is None or place.parent is None:
        return ""
    return f" of {await named(api, str(above.ref), place.parent)}"


async def whose(api: Api, place: Scope[Record]) -> str:
    """Return ` of person "Ana Souza"`: the person a call is made for; empty for the caller."""
    return "".join([f" of {await named(api, noun, id)}" for noun, id in place.for_whom])
