"""Explain a 404: no record of that id, no such owner, or a list that this user may not see."""

from collections.abc import Sequence

from harvest_mcp.errors import NotFound
from harvest_mcp.spec import Filter, Record, Resource, Scope, System, Value
from harvest_mcp.wire.verdicts import quoting


def no_record(system: System, resource: Resource[Record], id: int | str, hint: str = "") -> NotFound:
    """Return the error for an id or address without a record."""
    tool = system.ids(resource)
    also = f'; if {id} is its {resource.label[0]}, call {tool}(query="{id}")' if resource.named_by.digits else ""
    people = [need.noun for need in resource.place if need.part == "person"]
    whose = "".join(f" An administrator may say whose it is: {noun}." for noun in people)
    what = f"No {resource.word} {id} in this account, or this user may not see it."
    return NotFound(quoting(system, what, hint), hint=hint, next=f"Call {tool} for ids{also}.{whose}")


def no_list(system: System, scope: Scope[Record], given: Sequence[tuple[Filter, Value]]) -> NotFound:
    """Return the error for a missing list: the owner named by a filter does not exist, or a right is missing."""
    for known, value in given:
        if known.ref and known.path:
            owner = system.resource(known.ref)
            return NotFound(
                f"No {known.ref} {value} in this account, or this user may not see it.",
                next=f"Call {system.tool('list', owner)} for ids.",
            )
    return hidden(system, scope)


def hidden(system: System, scope: Scope[Record], hint: str = "") -> NotFound:
    """Return the error for a missing right or a module that is off; both answer 404 (harvest-v1 6.1, 7)."""
    who, resource = system.identity, scope.resource
    what = "the role decides"
    for module in (rule.hidden_by for rule in resource.rules if rule.hidden_by):
        what = f"the role, and whether the module {module} is on, decide"
    rights = f"Call {who.name}: {what} what is seen." if who else "The user's rights decide what is seen."
    of = check = ""
    if scope.parent and (item := resource.owned_by):
        owner = system.resource(str(item.ref))
        of, check = f" of {owner.word} {scope.parent}", f"Check that id with {system.tool('list', owner)}. "
    what = f"{system.title} shows this user no {resource.words}{of} (404)."
    return NotFound(quoting(system, what, hint), hint=hint, next=f"{check}{rights}")
