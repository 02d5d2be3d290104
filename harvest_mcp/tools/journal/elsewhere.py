"""Changes made through another API of the same vendor, which have a journal of their own."""

from harvest_mcp.errors import NotUndone
from harvest_mcp.spec import System
from harvest_mcp.tools.tool import Call


async def refuse_other_api(call: Call, system: System, id: int) -> None:
    """Refuse a change made through another API of the same vendor.

    Raises:
        NotUndone: it was.
    """
    by = await call.journal(system).system_of(id)
    for other, api in system.others:
        if by == other:
            raise NotUndone(
                f"Change {id} was made through {system.title}'s {api}, and can only be undone there: the journal"
                " has the record in that API's form.",
                next=f"Read the record and correct it by an update, or undo the change where {api} is used.",
            )
