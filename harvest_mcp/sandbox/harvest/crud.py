"""Creates, updates, state changes and deletes, with all their rules (harvest-v1 5.4, 6, 8, 11 to 17)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from harvest_mcp.errors import Malformed
from harvest_mcp.sandbox.harvest import spelled_days
from harvest_mcp.sandbox.harvest.hours import ACCOUNT, recorded
from harvest_mcp.sandbox.harvest.responses import currencies
from harvest_mcp.sandbox.harvest.rules import (
    CREATED_WITH,
    CURRENCY,
    EMPTY,
    KEPT_BY_HOURS,
    NOT_ONESELF,
    TAKES_OVER,
    UNIQUE,
    UPDATED_WITH,
    Block,
    Refusal,
    found,
    goes_with,
    invalid,
    keeps_from_archive,
    keeps_from_delete,
    starts,
    statement_key,
)
from harvest_mcp.sandbox.harvest.rules.expense_rules import SETTLES, unlocked
from harvest_mcp.sandbox.harvest.rules.invoice_rules import AFTER, AFTER_DELETE, BEFORE, SILENT, After, Hand, text_of
from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.spec import Action, Field, Part, Record, Resource, Scalar, Value, fields
from harvest_mcp.systems.harvest import CLIENTS, PEOPLE, TASK_ASSIGNMENTS, TASKS, USER_ASSIGNMENTS
from harvest_mcp.systems.harvest.timezones import ZONES
from harvest_mcp.wire import rails, table, xml
from harvest_mcp.wire.assignment import Assignment
from harvest_mcp.wire.document import Plain
from harvest_mcp.wire.rails_wires import root_of

OLD_NAMES: Mapping[str, str] = {"estimate": "budget", "estimate_by": "budget_by"}  # harvest-v1 13


def create(store: Store, resource: Resource[Record], body: bytes, fixed: Row, *, hand: Hand) -> int:
    """CL-3, CC-4, PR-3, TA-3, PE-3, UA-3, TS-3, EC-2, EX-1, IN-3, IM-3, IP-3, IC-2: return the new id."""
    if isinstance(wire := resource.wire, Assignment):
        return assign(store, resource, {**fixed, wire.assigns: _named(wire.reference, body)})
    accepted = CREATED_WITH.get(resource.noun, frozenset())
    given = {**starts(resource), **_given(resource, body, accepted), **fixed}
    with store.writing():
        row = _prepared(store, resource, _settled(store, resource, given, {}), {}, hand)
        id = store.insert(resource, row)
        if "statement_key" in fields(resource.record):
            store.update(resource, id, {"statement_key": statement_key(resource, id)})
        if resource.noun == "project":
            _staff(store, id, hand.by)
        _follow(AFTER, store, resource, {**row, "id": id}, hand)
    return id


def assign(store: Store, resource: Resource[Record], given: Row) -> int:
    """UA-3, TS-3: create an assignment, or reactivate the existing one; return its id (harvest-v1 16)."""
    with store.writing():
        tests: list[Test] = [(name, "=", value) for name, value in given.items()]
        for there in store.rows(resource, tests):
            store.update(resource, int(str(there["id"])), {"deactivated": False})
            return int(str(there["id"]))
        row = _settled(store, resource, {**starts(resource), **given}, {})
        (named,) = (item for item in fields(resource.record).values() if item.ref and item.name != resource.owner)
        whom = found(store, ACCOUNT.resource(str(named.ref)), int(str(given[named.name])))
        taken = {column: whom[default] for column, default in TAKES_OVER[resource.noun].items()}
        return store.insert(resource, {**row, **taken})


def update(store: Store, resource: Resource[Record], id: int, body: bytes, *, hand: Hand) -> None:
    """CL-4, CC-5, PR-4, TA-5, PE-4, UA-5, TS-6, EC-3, EX-2, IN-4, IC-3: change only the columns in the body."""
    with store.writing():
        before = found(store, resource, id)
        unlocked(resource, before, hand.by, "NotAllowed")
        given = _given(resource, body, UPDATED_WITH.get(resource.noun, frozenset()))
        given = {name: value for name, value in given.items() if not fields(resource.record)[name].fixed}
        row = _prepared(store, resource, _settled(store, resource, given, before), before, hand)
        store.update(resource, id, _versioned(before, row))
        _follow(AFTER, store, resource, {**row, "id": id}, hand)


def flip(store: Store, resource: Resource[Record], action: Action, id: int, *, by: int) -> None:
    """CL-5, PR-5, PE-6, TA-6: archive an active row unless dependents prevent it, restore an archived one."""
    with store.writing():
        before = found(store, resource, id)
        after = action.to if action.sets else not before[action.flips]
        if before[action.flips]:
            _not_oneself(resource, id, by, "NotAllowed")
            _unblocked(store, resource, id, keeps_from_archive(resource), "NotAllowed")
        elif resource.noun == "project" and not found(store, CLIENTS, int(str(before["client_id"])))["active"]:
            raise Refusal(400, "NotAllowed", "The client of this project is archived.")  # harvest-v1 13
        store.update(resource, id, _versioned(before, {action.flips: after}))


def step(store: Store, resource: Resource[Record], action: Action, id: int, body: bytes, *, hand: Hand) -> None:
    """IM-5 to IM-8: change the state and store the message sent along, or answer 400 from any other state (23)."""
    with store.writing():
        before = found(store, resource, id)
        if action.of and before[action.flips] not in action.of:
            now, wanted = before[action.flips] or f"without a {action.flips}", " or ".join(action.of)
            raise Refusal(400, "NotAllowed", f"This {resource.noun.replace('_', ' ')} is {now}, not {wanted}.")
        if action.carries:
            _carry(store, resource, action, id, body, hand)
        store.update(resource, id, _versioned(before, {action.flips: action.to}))


def _carry(store: Store, resource: Resource[Record], action: Action, id: int, body: bytes, hand: Hand) -> None:
    """Store the text sent with a change of state as a row, such as an invoice message."""
    noun, column = action.carries or ("", "")
    if (text := text_of(body, column)) or action.verb not in SILENT:
        carried = ACCOUNT.resource(noun)
        row = _prepared(store, carried, {f"{resource.noun}_id": id, column: text}, {}, hand)
        store.insert(carried, {**starts(carried), **row})


def delete(store: Store, resource: Resource[Record], id: int, *, hand: Hand) -> str:
    """CL-6, CC-6, PR-6, TA-4, PE-5, UA-4, TS-5, EC-5, EX-4, IN-5, IM-4, IP-4, IC-4.

    Delete its dependents too; return a hint if it was archived instead.
    """
    with store.writing():
        row = found(store, resource, id)
        _not_oneself(resource, id, hand.by, "NotRemovable")
        unlocked(resource, row, hand.by, "NotRemovable")
        record = resource.record.model_construct(**row)  # type: ignore[arg-type]  # as the columns have them
        if any(rule.kept(record) for rule in resource.rules):
            raise Refusal(400, "NotRemovable", f"This {resource.noun.replace('_', ' ')} is a default.")
        _unblocked(store, resource, id, keeps_from_delete(resource), "NotRemovable")
        if resource.noun == "task_assignment" and _last(store, row):
            raise Refusal(400, "NotRemovable", "A project needs at least one task.")
        hours = recorded(store, resource.noun, row)
        words = f"{hours} time record{'' if hours == 1 else 's'}"
        if hours and resource.noun in KEPT_BY_HOURS:
            raise Refusal(400, "NotRemovable", f"This {resource.noun} has {words}.")
        archived: Row = {rule.archived: True for rule in resource.rules if rule.archived}
        if hours and archived:
            store.update(resource, id, _versioned(row, archived))
            # TA-4 does not say which of the two happened (harvest-v1 14); 16 and 17 do.
            return f"Archived instead of deleted: it has {words}." if resource.owner else ""
        for noun, column in goes_with(resource):
            for each in store.rows(ACCOUNT.resource(noun), [(column, "=", id)]):
                store.delete(ACCOUNT.resource(noun), int(str(each["id"])))
        store.delete(resource, id)
        _follow(AFTER_DELETE, store, resource, row, hand)
    return ""


def _prepared(store: Store, resource: Resource[Record], given: Row, before: Row, hand: Hand) -> Row:
    """Return the columns to store, without those that exist only in requests."""
    prepare = BEFORE.get(resource.noun)
    row, columns = prepare(store, given, before, hand) if prepare else given, fields(resource.record)
    return {name: value for name, value in row.items() if name not in columns or not columns[name].sent_only}


def _follow(steps: Mapping[str, After], store: Store, resource: Resource[Record], row: Row, hand: Hand) -> None:
    if (after := steps.get(resource.noun)) is not None:
        after(store, row, hand)


def _staff(store: Store, project: int, by: int) -> None:
    """Assign to a new project its creator, the people who join every project and the default tasks (harvest-v1 13)."""
    at: Row = {"project_id": project}
    assigned = assign(store, USER_ASSIGNMENTS, {**at, "user_id": by})
    store.update(USER_ASSIGNMENTS, assigned, {"is_project_manager": True})
    for person in store.rows(PEOPLE, [("has_access_to_all_future_projects", "=", True), ("is_active", "=", True)]):
        assign(store, USER_ASSIGNMENTS, {**at, "user_id": person["id"]})
    for task in store.rows(TASKS, [("is_default", "=", True), ("deactivated", "=", False)]):
        assign(store, TASK_ASSIGNMENTS, {**at, "task_id": task["id"]})


def _last(store: Store, row: Row) -> bool:
    """Return whether this is the last active task of its project (harvest-v1 17)."""
    others: list[Test] = [("project_id", "=", row["project_id"]), ("id", "<>", row["id"]), ("deactivated", "=", False)]
    return not row["deactivated"] and not store.rows(TASK_ASSIGNMENTS, others)


def _not_oneself(resource: Resource[Record], id: int, by: int, kind: str) -> None:
    if resource.noun in NOT_ONESELF and id == by:
        raise Refusal(400, kind, "You cannot do this to yourself.")


def _named(root: str, body: bytes) -> int:
    """Return the id in the body that creates an assignment; its root is the assigned record (harvest-v1 16, 17)."""
    try:
        document = xml.read(body)
        values = dict(document.children)
        id = rails.READ[int](values.get("id"))
    except (Malformed, ValueError):
        raise invalid("The body is not an XML document this account reads.") from None
    if document.root != root or id is None:
        raise invalid(f"The body must be a {root} with its id.")
    return int(id)


def _given(resource: Resource[Record], body: bytes, also: frozenset[str]) -> Row:
    """Return the values of a body by column; ignore all other elements, as the vendor does (harvest-v1 5.4)."""
    return {
        item.name: _value(item, value)
        for item, value in _elements(resource, body)
        if (not item.server_set or item.name in also) and not (item.table and _lines(item, value) is None)
    }


def _elements(resource: Resource[Record], body: bytes) -> Iterator[tuple[Field, Plain]]:
    columns = {item.table or name: item for name, item in fields(resource.record).items()}
    try:
        document = xml.read(body)
    except Malformed as error:
        raise invalid(f"The body is not an XML document this account reads ({error.code}).") from None
    if document.root.replace("-", "_") != (root := root_of(resource)):
        raise invalid(f"The root of the body must be {rails.spell(root)}.")
    for name, value in document.children:
        if (item := columns.get(name.replace("-", "_"))) is not None:
            yield item, value


def _lines(item: Field, value: Plain) -> tuple[Part, ...] | None:
    """Return the lines of a CSV; None if its header is damaged, since it is then ignored (harvest-v1 22)."""
    try:
        rows = table.read(str(value or ""), item.type, lambda column: rails.READ[column.type])
        return tuple(cast("type[Part]", item.type).model_validate(row) for row in rows)
    except (ValueError, ArithmeticError):
        return None


def _value(item: Field, value: Plain) -> Value:
    if item.table:
        return _lines(item, value)
    if item.type is date and isinstance(value, str) and (day := spelled_days.day(value)):
        return day
    if item.type is datetime and isinstance(value, str) and (instant := spelled_days.instant(value)):
        return instant
    try:
        read: Scalar = rails.READ[item.type](value)
    except (ValueError, ArithmeticError):
        raise invalid(f"{rails.spell(item.name)} is not what it should be.") from None
    return read


def _settled(store: Store, resource: Resource[Record], given: Row, before: Row) -> Row:
    """Return the columns to write after checking every rule about a single row."""
    columns = fields(resource.record)
    if settles := SETTLES.get(resource.noun):
        given = settles(store, given, before)
    after = {**before, **given}
    for item in columns.values():
        if item.required and ((value := after.get(item.name)) is None or not str(value).strip()):
            raise invalid(f"{rails.spell(item.name)} is required.")
        if item.ref and store.get(ACCOUNT.resource(item.ref), int(str(after[item.name]))) is None:
            raise invalid(f"There is no {item.ref} with the {rails.spell(item.name)} given.")
    for column in UNIQUE.get(resource.noun, frozenset()):
        if store.rows(resource, [(column, "=", after[column]), ("id", "<>", before.get("id", 0))]):
            raise invalid(f"Another {resource.noun} has this {column} already.")
    blank: Row = {name: "" for name in EMPTY.get(resource.noun, ()) if after.get(name) is None}
    return {**given, **blank, **_following(columns, given)}


def _following(columns: Mapping[str, Field], given: Row) -> Row:
    """Return derived columns: the symbol of the currency, the address from the details (harvest-v1 11)."""
    follows: Row = {}
    if "currency" in columns and "currency" in given:
        code = currencies.code(str(given["currency"] or CURRENCY))
        if code is None:
            raise invalid(f'currency must be one of the account\'s, such as "{CURRENCY}".')
        follows["currency"] = currencies.label(code)
        if "currency_symbol" in columns:
            follows["currency_symbol"] = given.get("currency_symbol") or currencies.symbol(code)
    if "address" in columns and "details" in given:
        follows["address"] = given["details"] or None
    if given.get("timezone", "UTC") not in ZONES:
        raise invalid("timezone must be one of the listed names, such as Berlin.")
    follows |= {old: given[new] for old, new in OLD_NAMES.items() if old in columns and new in given}
    return follows


def _versioned(before: Row, changes: Row) -> Row:
    """Return the changes with the version of the row increased, if it has one."""
    if "cache_version" not in before:
        return changes
    return {**changes, "cache_version": int(str(before["cache_version"] or 0)) + 1}


def _unblocked(store: Store, resource: Resource[Record], id: int, blocks: Sequence[Block], kind: str) -> None:
    for block in blocks:
        owned: Test = (block.by, "=", id)
        count = len(store.rows(ACCOUNT.resource(block.noun), [owned, *block.where]))
        if count:
            words = block.words if count == 1 else f"{block.words}s"
            raise Refusal(400, kind, f"This {resource.noun.replace('_', ' ')} has {count} {words}.")
