"""Downloads of receipts, from the account's own host and not the API's (harvest-v2 11)."""

import base64

from harvest_mcp.sandbox.asgi import HttpAnswer
from harvest_mcp.sandbox.harvest_v2.tables import RECEIPTS
from harvest_mcp.sandbox.harvest_v2.wire.refusal import NO_SUCH_PAGE
from harvest_mcp.sandbox.store import Store


def receipt(store: Store, expense: int, *, behind: HttpAnswer | None) -> HttpAnswer:
    """Return the file, or the sign-in page if it is `behind` one."""
    if behind is not None:
        return HttpAnswer(302, (("Location", "/account/sign_in"),), content_type="")
    row = store.get(RECEIPTS, expense)
    if row is None:
        return NO_SUCH_PAGE
    return HttpAnswer(200, body=base64.b64decode(str(row["base64"])), content_type=str(row["kind"]))
