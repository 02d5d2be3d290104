"""Every collection of the account, also those without tools: categories and labels (incwo 13.7)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from harvest_mcp.sandbox.coverage import problems
from harvest_mcp.sandbox.incwo.login import TENANT
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.spec import Record, Resource, System
from harvest_mcp.systems.incwo import INCWO
from harvest_mcp.systems.incwo.rows import Row as Kept
from harvest_mcp.wire.incwo_wires import IncwoWire, incwo_of


class Category(Kept):
    """A category of the catalog."""

    name: str | None = None


class Label(Kept):
    """A label of products, such as their brand."""

    label_type: str | None = None
    long_label: str | None = None
    language: str | None = None
    business_file_id: int | None = None


CATEGORIES = Resource(
    noun="product_category",
    plural="customer_product_categories",
    record=Category,
    wire=IncwoWire("/customer_product_categories", element="customer_product_category"),
    toolset="",
    label=("name",),
    says="",
    verbs=("list", "get", "create", "update", "delete"),
)
LABELS = Resource(
    noun="label",
    plural="custom_labels",
    record=Label,
    wire=IncwoWire("/custom_labels", element="custom_label"),
    toolset="",
    label=("long_label",),
    says="",
    verbs=("list", "get", "create", "update", "delete"),
)
ACCOUNT = replace(INCWO, resources=(*INCWO.resources, CATEGORIES, LABELS))
COLLECTIONS: Mapping[str, Resource[Record]] = {incwo_of(each).path.strip("/"): each for each in ACCOUNT.resources}

COLLECTION = re.compile(r"/[a-z_]+", re.ASCII)
BRAND = "customer_product_brand"
NAMED: Sequence[tuple[int, str]] = (
    (3105, "Quincaillerie"),
    (3110, "Bois & terrasses"),
    (3115, "Finitions"),
    (3120, "Main-d'œuvre"),
)
BRANDS: Sequence[tuple[int, str]] = ((9105, "Vissal"), (9110, "Couleurs Garance"))


def fill(store: Store) -> None:
    """Insert the categories and brands that the seeded products refer to."""
    for id, name in NAMED:
        store.insert(CATEGORIES, {"id": id, "name": name})
    for id, name in BRANDS:
        store.insert(LABELS, {"id": id, "label_type": BRAND, "long_label": name, **_owned()})


def unanswered(system: System) -> Iterator[str]:
    """Yield what the resources declare and this account could not answer: it filters no list but the labels."""
    for resource in system.resources:
        yield from problems(system, resource)
        for each in resource.filters:
            if each.query or each.path:
                yield f"list_{resource.plural}: its filter {each.name} is for the vendor, who narrows no list"
        yield from (f"the action {each.verb} of {resource.noun}: it has no address here" for each in resource.actions)
        if not COLLECTION.fullmatch(path := incwo_of(resource).path):
            yield f"{resource.plural}: {path} is no collection"


def labelled(resource: Resource[Record], kind: str | None) -> Row:
    """Return the columns of a label given in the query of its create."""
    return {"label_type": kind, **_owned()} if resource is LABELS and kind else {}


def chosen(resource: Resource[Record], rows: list[Row], kind: str | None) -> list[Row]:
    """Return the labels of the requested type; of other resources all rows."""
    return list(_of_type(rows, kind)) if resource is LABELS and kind else rows


def _of_type(rows: Sequence[Row], kind: str) -> Iterator[Row]:
    return (row for row in rows if row["label_type"] == kind)


def _owned() -> Row:
    return {"language": "fr", "business_file_id": TENANT}
