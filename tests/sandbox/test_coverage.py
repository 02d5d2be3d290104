"""What an account could not answer as a resource says it stops its start, instead of a wrong answer later."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import pytest

from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox.coverage import require
from harvest_mcp.sandbox.harvest import queries
from harvest_mcp.sandbox.harvest_v2.declared import unanswered
from harvest_mcp.sandbox.incwo import collections
from harvest_mcp.spec import (
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Action,
    Child,
    Dependent,
    Each,
    Filter,
    OneOf,
    Ref,
    Resource,
    Same,
    Starts,
)
from harvest_mcp.systems.harvest import CLIENTS, EXPENSES, HARVEST
from harvest_mcp.systems.harvest.v2 import HARVEST_V2
from harvest_mcp.systems.harvest.v2.clients import Client
from harvest_mcp.systems.incwo import CONTACTS, INCWO
from harvest_mcp.wire.incwo_wires import IncwoWire
from harvest_mcp.wire.json.wires import JsonWire
from tests.holds import holds_for
from tests.tools.estimates import ESTIMATES, Estimate

ACCEPT, DECLINE = ESTIMATES.actions


def filtered(*filters: Filter) -> Resource[Estimate]:
    return replace(ESTIMATES, filters=filters)


def acting(*actions: Action) -> Resource[Estimate]:
    return replace(ESTIMATES, actions=actions)


@holds_for(
    ("resource", "says"),
    [
        (ESTIMATES, []),
        (
            filtered(Filter(name="colour", type=str, query="colour", says="")),
            ["list_estimates: its filter colour is sent as colour, and no column is called colour"],
        ),
        (
            filtered(Filter(name="since", type=datetime, query="from", says="")),
            ["list_estimates: its filter since is sent as from, and no column is called since"],
        ),
        (
            filtered(Filter(name="person", type=int, path="/people/{id}/estimates", ref="person", says="")),
            ["list_estimates: its filter person has a path, and no column of the record it names"],
        ),
        (
            acting(replace(ACCEPT, flips="mood")),
            ["the action accept of estimate: there is no column mood"],
        ),
        (
            acting(replace(ACCEPT, of=("sent",))),
            ["the action accept of estimate: the OneOf of state must name sent"],
        ),
        (
            acting(replace(ACCEPT, flips="number")),
            ["the action accept of estimate: the OneOf of number must name accepted, draft, open"],
        ),
        (
            acting(replace(ACCEPT, to=None)),
            [
                "the action accept of estimate: state is flipped, "
                "so it must be a bool and have no `of`; a state needs `to`"
            ],
        ),
        (
            acting(ACCEPT, replace(DECLINE, path=ACCEPT.path)),
            [
                f"the action {verb} of estimate: another action has its address, {ACCEPT.path}, and another state"
                for verb in ("accept", "decline")
            ],
        ),
        (
            replace(ESTIMATES, rules=EXPENSES.rules),
            [
                "the attachment of estimate: files are kept beside expense only",
            ],
        ),
        (
            replace(ESTIMATES, dependents=(Dependent(noun="contact", by="estimate_id", fate="goes", words="contact"),)),
            ["the dependent contact of estimate: there is no such resource with a column estimate_id"],
        ),
        (
            acting(replace(ACCEPT, path="estimates/accept")),
            ["the action accept of estimate: its path estimates/accept must begin with a slash and hold {id}"],
        ),
        (
            replace(ESTIMATES, plural="invoices"),
            [f"{noun}: another resource has its noun or its plural" for noun in ("invoice", "estimate")],
        ),
        (
            replace(ESTIMATES, toolset="My Estimates"),
            [
                "estimate: its noun and its toolset 'My Estimates' must be small letters, digits and underscores, "
                "and not `all` or `default`"
            ],
        ),
        (
            replace(ESTIMATES, toolset="all"),
            [
                "estimate: its noun and its toolset 'all' must be small letters, digits and underscores, "
                "and not `all` or `default`"
            ],
        ),
        (
            replace(ESTIMATES, label=("title",), same=Same(any_of=(("number", "day"),)), owner="place_id"),
            [f"estimate: there is no column {name}" for name in ("day", "place_id", "title")],
        ),
        (
            filtered(Filter(name="open", type=bool, column="is_open", says="")),
            ["estimate: there is no column is_open"],
        ),
    ],
)
def test_harvest_names_what_it_could_not_answer(resource: Resource[Estimate], says: list[str]) -> None:
    assert list(queries.unanswered(replace(HARVEST, resources=(*HARVEST.resources, resource)))) == says


class OddLine(Child):
    """A row of a list."""

    text: str | None = None


class OddEstimate(Estimate):
    """Marks that contradict each other."""

    code: Annotated[str | None, REQUIRED, SERVER_SET] = None
    mood: Annotated[str | None, OneOf(("good", "bad")), Starts("odd")] = None
    room_id: Annotated[int | None, Ref("room")] = None
    rows: Annotated[tuple[OddLine, ...] | None, Each("row", "row")] = None
    notes: tuple[OddLine, ...] | None = None


def test_marks_that_contradict_each_other_are_named() -> None:
    odd = replace(ESTIMATES, record=OddEstimate)
    assert list(queries.unanswered(replace(HARVEST, resources=(*HARVEST.resources, odd)))) == [
        "estimate: code is REQUIRED, and SERVER_SET keeps a create from carrying it",
        "estimate: mood starts as odd, which its OneOf does not name",
        "estimate: room_id refers to room, which is no resource",
        "estimate: notes is a list, and Each must say what one of it is called",
        "estimate: rows is a list, which Harvest v1 has as CSV in one element: Table names that",
        "estimate: notes is a list, which Harvest v1 has as CSV in one element: Table names that",
    ]


def test_a_flip_says_what_its_two_values_mean() -> None:
    silent = replace(CLIENTS, actions=(replace(CLIENTS.actions[0], no=""),))
    assert list(queries.unanswered(replace(HARVEST, resources=(silent, *HARVEST.resources[1:])))) == [
        "the action toggle of client: `yes` and `no` must say what active means"
    ]


def test_a_report_asks_only_for_what_the_account_narrows_by() -> None:
    (time, spending) = HARVEST.reports
    rows = replace(time.rows, filters=(*time.rows.filters, Filter(name="mood", type=str, query="mood", says="")))
    odd = replace(time, rows=rows, roads=(replace(time.roads[0], asks=("mood",)),))
    assert list(queries.unanswered(replace(HARVEST, reports=(odd, spending)))) == [
        "report_time: its filter mood is nothing this account narrows by"
    ]


def test_incwo_is_as_strict() -> None:
    odd = replace(
        CONTACTS,
        wire=IncwoWire("/firms/{firm_id}/contacts"),
        dependents=(),
        filters=(Filter(name="mood", type=str, query="mood", says=""),),
        actions=(Action(verb="toggle", method="PUT", path="/contacts/{id}", flips="mood", says=""),),
    )
    assert list(collections.unanswered(INCWO)) == []
    assert list(collections.unanswered(replace(INCWO, resources=(odd,)))) == [
        "contact: firm_id refers to firm, which is no resource",
        "the action toggle of contact: there is no column mood",
        "list_contacts: its filter mood is for the vendor, who narrows no list",
        "the action toggle of contact: it has no address here",
        "contacts: /firms/{firm_id}/contacts is no collection",
    ]


class Nicknamed(Client):
    """A column that the account has nowhere."""

    nickname: Annotated[str | None, SUMMARY] = None


def test_v2_names_a_column_and_a_kind_that_it_does_not_have() -> None:
    first, second, *others = HARVEST_V2.resources
    odd = (replace(first, record=Nicknamed), replace(second, wire=JsonWire("/people")), *others)
    assert list(unanswered(HARVEST_V2)) == []
    assert list(unanswered(replace(HARVEST_V2, resources=odd))) == [
        "client: nickname is nickname there, and no field in harvest_v2/shapes/ has that name",
        "contacts: harvest_v2/kinds.py has no kind people",
    ]


def test_an_account_that_could_not_answer_does_not_open() -> None:
    with pytest.raises(SettingsError) as stopped:
        require(["list_estimates: its filter colour is unknown", "list_rooms: so is its filter size"])
    assert str(stopped.value) == (
        "The sandbox cannot answer for list_estimates: its filter colour is unknown; list_rooms: so is its filter size."
    )
