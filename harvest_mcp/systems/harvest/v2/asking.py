"""The filters of v1, asked of the vendor as v2 has them."""

from collections.abc import Sequence
from dataclasses import replace

from harvest_mcp.spec import Filter


def asking(filters: Sequence[Filter], **asked: str) -> tuple[Filter, ...]:
    """Return the filters, those named here by these parameters of the query, whoever narrowed them before."""
    return tuple(
        replace(each, query=asked[each.name], path=None, column=None, brief=False) if each.name in asked else each
        for each in filters
    )
