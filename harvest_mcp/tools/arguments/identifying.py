"""Which record a tool is about: by its id, its own name, or the name of the one that it stands for."""

from harvest_mcp.api import Api
from harvest_mcp.errors import NoMatch
from harvest_mcp.spec import Record, Resource, Scope, fields
from harvest_mcp.tools.arguments.references import known, resolve


async def identified(api: Api, resource: Resource[Record], value: int | str, place: Scope[Record] | None = None) -> int:
    """Return the id that is given, or that of the one record of exactly this name.

    What is on a record at its `place`, such as who is on a project, is called by the name of who or what it is.

    Raises:
        NoMatch: no record has this name, or several have.
    """
    if isinstance(value, int):
        return value
    other = named_as(resource)
    if not other:
        return await resolve(api, resource.noun, value, exact=True)
    id = await resolve(api, other, value, exact=True)
    if resource.named_by.of or place is None:
        return id
    label = resource.label[0]
    rows = [row for row in (await api.scan(place)).rows if getattr(row, label) == id]
    if len(rows) != 1:
        raise NoMatch(resource.noun, value, [known(resource, row) for row in rows], matches=len(rows))
    return rows[0].id


def named_as(resource: Resource[Record]) -> str:
    """Return the noun of what names such a record: another one whose id it has, or that it puts on its owner."""
    label = fields(resource.record)[resource.label[0]].ref or ""
    return resource.named_by.of or (label if resource.owner and "list" in resource.verbs else "")
