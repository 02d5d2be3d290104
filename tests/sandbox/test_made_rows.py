"""Rows that are made from the columns, for what no seed is written for."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from harvest_mcp.sandbox import made_rows
from harvest_mcp.sandbox.harvest.hours import ACCOUNT
from harvest_mcp.sandbox.harvest.responses import bodies
from harvest_mcp.sandbox.incwo import Switches
from harvest_mcp.sandbox.incwo.bodies import BodyPage, list_
from harvest_mcp.sandbox.store import Store
from harvest_mcp.spec import Record, Resource, Response, Scope
from harvest_mcp.systems.harvest import INVOICE_PAYMENTS, INVOICES
from harvest_mcp.systems.harvest.invoicing.invoices import STATES
from harvest_mcp.systems.incwo import INCWO

from .kit import NOW, Clock


def listed(resources: tuple[Resource[Record], ...]) -> list[Resource[Record]]:
    return [each for each in resources if "list" in each.verbs]


@pytest.fixture(scope="module")
def harvest() -> Store:
    return Store(None, ACCOUNT, clock=Clock(), fill=lambda store: made_rows.fill(store, ACCOUNT.resources))


def test_what_is_made_for_harvest_can_be_read(harvest: Store) -> None:
    for resource in listed(ACCOUNT.resources):
        body = bodies.list_(resource, harvest.rows(resource), "late")
        ids = [row.id for row in resource.wire.list(Scope(resource), (), None).read(Response(200, body=body)).rows]
        assert ids == list(range(1, len(harvest.rows(resource)) + 1))
        assert len(ids) >= made_rows.ROWS


def test_what_is_made_for_incwo_can_be_read() -> None:
    store = Store(None, INCWO, clock=Clock(), fill=lambda store: made_rows.fill(store, INCWO.resources))
    for resource in listed(INCWO.resources):
        body = list_(store, resource, BodyPage(store.rows(resource), 1, 1), Switches())
        assert [
            row.id for row in resource.wire.list(Scope(resource), (), None).read(Response(200, body=body)).rows
        ] == [1, 2, 3]


def test_references_lead_to_rows_that_are_there_states_go_around_and_amounts_differ(harvest: Store) -> None:
    bills = [(row["client_id"], row["state"], row["number"]) for row in harvest.rows(INVOICES)]
    assert bills[:3] == [(1, "draft", "Invoice 1"), (2, "open", "Invoice 2"), (3, "partial", "Invoice 3")]
    assert Counter(state for _, state, _ in bills) == dict.fromkeys(STATES, 2)
    payments = [(row["invoice_id"], row["amount"], row["paid_at"]) for row in harvest.rows(INVOICE_PAYMENTS)]
    assert payments == [(place, Decimal(100 * place), NOW - timedelta(days=place - 1)) for place in (1, 2, 3)]


def test_what_has_a_row_is_left_as_it_is(harvest: Store) -> None:
    before = harvest.rows(INVOICES)
    with harvest.writing():
        made_rows.fill(harvest, ACCOUNT.resources)
    assert harvest.rows(INVOICES) == before
