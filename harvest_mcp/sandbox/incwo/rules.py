"""The rules of writes: required columns, derived ones, and how lists are merged (incwo 7, 8, 16)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from harvest_mcp.sandbox.incwo.bodies import collection
from harvest_mcp.sandbox.incwo.reading import Given, ReadLine, read
from harvest_mcp.sandbox.incwo.refusal import IncwoRefusal
from harvest_mcp.sandbox.incwo.switches import Switches
from harvest_mcp.sandbox.made_rows import start_values
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.spec import Child, Field, Part, Record, Resource, Value, fields
from harvest_mcp.systems.incwo import INCWO, PRODUCTS
from harvest_mcp.wire.incwo_wires import root_of

NOBODY = ("", None, 0, -1)  # incwo 4.1
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "contacts": ("last_name",),
    "firms": ("name",),
    "projects": ("name",),
    "customer_products": ("name",),
}
# Prefixes of the numbers that the server assigns, before year and month (incwo 13.8).
NUMBERED: Mapping[str, Mapping[object, str]] = {
    "proposal_sheets": {"delivery_note": "BL", None: "D"},
    "bill_sheets": {"credit_note": "A", None: "F"},
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Creates, updates and deletes."""

    store: Store
    switches: Switches

    def create(self, resource: Resource[Record], body: bytes, said: Row | None = None) -> int:
        """Create a row and return its id; `said` are values from the query."""
        given = read(resource, body, self.switches, marker="saved")
        with self.store.writing():
            lists = {name: self._list(resource, name, (), lines) for name, lines in given.lists.items()}
            row: Row = {**start_values(resource), **(said or {}), **given.values, **lists}
            self._check(resource, row, given, marker="saved")
            return self.store.insert(resource, row | self._numbered(resource, row) | valued(self.store, resource, row))

    def update(self, resource: Resource[Record], id: int, body: bytes) -> None:
        """Change only the columns in the body (incwo 3.1)."""
        with self.store.writing():
            before = self.found(resource, id)
            given = read(resource, body, self.switches, marker="updated")
            values = given.values
            if self.switches.clearing == "ignored":
                values = {name: value for name, value in values.items() if value != ""}
            lists = {
                name: self._list(resource, name, _known(before, name), lines) for name, lines in given.lists.items()
            }
            self._check(resource, {**before, **values}, given, marker="updated")
            self.store.update(resource, id, {**values, **lists})

    def delete(self, resource: Resource[Record], id: int) -> Row:
        """Delete a row and return it; references to it keep its id (incwo 16)."""
        with self.store.writing():
            before = self.found(resource, id)
            if self.switches.owners == "refused":
                for held in resource.dependents:
                    if self.store.rows(INCWO.resource(held.noun), [(held.by, "=", id)]):
                        raise IncwoRefusal(
                            "invalid",
                            f"This {root_of(resource)} has {held.words}s.",
                            root=root_of(resource),
                        )
            self.store.delete(resource, id)
            return before

    def found(self, resource: Resource[Record], id: int) -> Row:
        row = self.store.get(resource, id)
        if row is None:
            raise IncwoRefusal("missing", f"There is no {root_of(resource)} {id}.")
        return row

    def _check(self, resource: Resource[Record], row: Row, given: Given, *, marker: str) -> None:
        """Refuse missing required columns and references to missing records."""
        problems: list[str] = []
        if self.switches.required == "some":
            needed = REQUIRED.get(collection(resource), ())
            problems += [f"{name} can't be blank" for name in needed if not str(row.get(name) or "").strip()]
        if self.switches.foreign == "checked":
            problems += [f"{name} does not exist" for name in self._dangling(resource, given)]
        if problems:
            raise IncwoRefusal("invalid", "; ".join(problems), root=root_of(resource), marker=marker)

    def _dangling(self, resource: Resource[Record], given: Given) -> Iterator[str]:
        """Yield the columns of a body that refer to missing records."""
        columns = fields(resource.record)
        for name, lines in given.lists.items():
            for line in lines:
                yield from self._lost(fields(columns[name].type), line.values)
        yield from self._lost(columns, given.values)

    def _lost(self, columns: Mapping[str, Field], values: Row) -> Iterator[str]:
        for name, value in values.items():
            noun = columns[name].ref
            if noun and value not in NOBODY and self.store.get(INCWO.resource(noun), int(str(value))) is None:
                yield name

    def _list(
        self, resource: Resource[Record], name: str, before: Sequence[Child], lines: Sequence[ReadLine]
    ) -> tuple[Child, ...]:
        """Return a list after a write: merged by id, replaced, or appended to (incwo 8)."""
        kind = fields(resource.record)[name].type
        if self.switches.nested_update == "replace":
            return tuple(self._line(kind, line) for line in lines)
        if self.switches.nested_update == "append":
            return (*before, *(self._line(kind, line) for line in lines))
        after = {child.id: child for child in before}
        fresh: list[Child] = []
        for line in lines:
            if line.id is None:
                fresh.append(self._line(kind, line))
            elif (known := after.get(line.id)) is None:
                raise IncwoRefusal(
                    "invalid",
                    f"There is no {name} {line.id} here.",
                    root=root_of(resource),
                    marker="updated",
                )
            elif line.destroy:
                del after[line.id]
            else:
                after[line.id] = self._line(kind, line, known)
        return (*after.values(), *fresh)

    def _line(self, kind: type[Part], line: ReadLine, known: Child | None = None) -> Child:
        """Return a child with the values sent; other columns keep their values."""
        columns, now = fields(kind), self.store.now()
        stamps = ("updated_at",) if known else ("created_at", "updated_at")
        values: Row = known.model_dump() if known else {}
        values |= {name: now for name in stamps if name in columns}
        for name, value in line.values.items():
            if value != "":
                values[name] = value
            elif self.switches.clearing == "clears":
                values[name] = "" if columns[name].type is str else None
        return cast(Child, kind.model_validate(values))

    def _numbered(self, resource: Resource[Record], row: Row) -> Row:
        """Return the number that the server assigns to a sheet."""
        letters = NUMBERED.get(collection(resource))
        if letters is None:
            return {}
        before = letters.get(row.get("sheet_type"), letters[None])
        number = self.store.next_id(f"{collection(resource)} {before}") // self.store.step
        return {"reference": f"{before}{self.store.now():%y%m}-{number}"}


def valued(store: Store, resource: Resource[Record], row: Row) -> Row:
    """Return the values of a stock movement; none for a quantity of 0 (incwo 13.7)."""
    quantity = row.get("quantity")
    if collection(resource) != "stock_movements" or not isinstance(quantity, Decimal):
        return {}
    product = store.get(PRODUCTS, int(str(row.get("customer_product_id") or 0))) or {}
    values: Row = {"quantity_of_parent_or_me": quantity, "moved_at": store.now()}
    if quantity:
        sale, purchase = quantity * _number(product.get("price")), quantity * _number(product.get("cost"))
        values |= {"cash_value_on_sale": sale, "cash_value_on_purchase": purchase}
        values["cash_value"] = purchase if row.get("direction") == "1" else sale
    return values


def _number(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _known(row: Row, name: str) -> tuple[Child, ...]:
    children = row.get(name) or ()
    assert isinstance(children, tuple)  # noqa: S101 - so the store reads a list
    return tuple(child for child in children if isinstance(child, Child))
