"""Send a person to the page that connects their account, through their client or as text."""

import mcp_types as types

from harvest_mcp.errors import NotConnected, StateError
from harvest_mcp.protocol.elicitation import Context, sent_to
from harvest_mcp.protocol.visit import Entrance

AT = "Open {} in a browser, sign in and connect it, then ask again. The link is for this person alone."


async def connect_page(
    entrance: Entrance, ctx: Context, params: types.CallToolRequestParams | None, why: NotConnected
) -> types.InputRequiredResult | str:
    """Return what a client shows to the person, or the text to answer with; without `params`, only the text."""
    try:
        link = await entrance.page(ctx, why.system)
    except StateError as error:
        return str(error.leaving(why.state))
    if link and params and (sent := await sent_to(ctx, params, why.what, link)):
        return sent
    return " ".join(filter(None, (str(why), link and AT.format(link))))
