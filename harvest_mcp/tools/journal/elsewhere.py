"""Changes made through another API of the same vendor, which have a journal of their own."""

from harvest_mcp.errors import NotUndone
from harvest_mcp.spec import System
from harvest_mcp.tools.tool import Call


async def made_otherwise(call: Call, system: System, id: int) -> None:
    """Refuse a change made through another API of the same vendor.

    Raises:
        NotUndone: it was.
    """
    by = await call.journal(system).system_of(id)
    for other, api in system.others:
        if by == other:
            raise NotUndone(
                f"Change {id} was made over {api} of {system.title}, and is only known there: what it kept of the"
                " record is in that API's form, so nothing read here can be held against it.",
                next=f"Look at the record, and put it right by an update; or undo it where {api} is spoken.",
            )
