"""Follow a list by the links in each of its pages (harvest-v2 4.5)."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Cursor
from harvest_mcp.wire.document import Plain

CREDENTIALS = ("access_token", "account_id")
NUMBERED, BY_CURSOR = re.compile(r"(?:^|&)page=(\d{1,4})(?=&|$)"), re.compile(r"(?:^|&)cursor=")
MOST_PAGES = 1_000
"""The last page to request by number."""


def link(links: Mapping[str, Plain], name: str, path: str) -> Cursor | None:
    """Return the query of a link to another page of the same list; the host may be another name of the service.

    Raises:
        Malformed: it leads elsewhere.
    """
    there = links.get(name)
    if there is None:
        return None
    try:
        parts = urlsplit(there) if isinstance(there, str) else None
    except ValueError:
        parts = None
    if parts is None or not parts.path.endswith(path) or not parts.query:
        raise Malformed("another-page")
    if any(each in CREDENTIALS for each, _ in parse_qsl(parts.query)):
        raise Malformed("foreign-address")
    return Cursor(parts.query)


def ahead(following: Cursor | None, pages: int) -> Sequence[Cursor]:
    """Return the pages after a numbered one, written like its link; each page's own link is compared later."""
    if not following or BY_CURSOR.search(following) or (number := NUMBERED.search(following)) is None:
        return ()
    before, after = following[: number.start(1)], following[number.end(1) :]
    return [Cursor(f"{before}{at}{after}") for at in range(int(number[1]) + 1, min(pages, MOST_PAGES) + 1)]
