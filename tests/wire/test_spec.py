"""The vocabulary: what is read off a record's class and a resource."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from harvest_mcp.spec import Field, System, fields, money
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST, WHO_AM_I
from tests.holds import holds_for

from .things import THINGS, Owner, Thing


def test_a_record_tells_its_columns_in_declared_order_with_their_bare_types() -> None:
    assert {name: item.type for name, item in fields(Thing).items()} == {
        "id": int,
        "owner_id": int,
        "name": str,
        "long_text": str,
        "is_old": bool,
        "hourly_rate": Decimal,
        "bought_on": date,
        "seen_at": datetime,
        "owner": Owner,
    }
    assert list(fields(Thing)) == [
        *("id", "owner_id", "name", "long_text", "is_old", "hourly_rate", "bought_on", "seen_at", "owner")
    ]


PLAIN = Field(
    many=False,
    sent_only=False,
    private=False,
    fixed=False,
    follows=False,
    worded=False,
    along=False,
    choices=(),
    coded="",
    codes=(),
    each=None,
    name="long_text",
    type=str,
    says="",
    server_set=False,
    required=False,
    summary=False,
    lines=False,
    inner=False,
    ref=None,
    eras=("classic", "docs", "late"),
)


@holds_for(
    "field",
    [
        replace(PLAIN, name="id", type=int, server_set=True, summary=True),
        replace(PLAIN, name="owner_id", type=int, required=True, summary=True, ref="owner"),
        replace(PLAIN, name="name", says="name, e.g. Lamp", required=True, summary=True),
        replace(PLAIN, lines=True),
        replace(PLAIN, name="is_old", type=bool),
        replace(PLAIN, name="seen_at", type=datetime, server_set=True, inner=True, eras=("late",)),
    ],
)
def test_a_column_carries_its_marks(field: Field) -> None:
    assert fields(Thing)[field.name] == field


def test_a_reference_is_asked_for_by_its_noun_and_all_else_by_name() -> None:
    assert [item.argument for item in fields(Thing).values()] == [
        *("id", "owner", "name", "long_text", "is_old", "hourly_rate", "bought_on", "seen_at", "owner")
    ]


def test_a_resource_tells_its_key_its_summary_and_what_may_be_written() -> None:
    assert (THINGS.key, THINGS.summary()) == ("odd_thing_id", ("id", "owner_id", "name"))
    assert [item.name for item in THINGS.writable()] == [
        *("owner_id", "name", "long_text", "is_old", "hourly_rate", "bought_on")
    ]


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (Thing(id=1, name="Lamp", long_text="blue"), "Lamp blue"),
        (Thing(id=1, long_text="blue"), "blue"),
        (Thing(id=1, name="Lamp", long_text=""), "Lamp"),
        (Thing(id=1), ""),
    ],
)
def test_a_record_is_called_by_the_words_of_its_label_that_it_has(thing: Thing, name: str) -> None:
    assert THINGS.name_of(thing) == name


def test_a_system_finds_a_resource_by_its_noun_and_names_its_tools() -> None:
    other = System(
        name="o",
        title="O",
        dialect=HARVEST.dialect,
        plan=HARVEST.plan,
        resources=(CLIENTS, CONTACTS),
        identity=WHO_AM_I,
        prefix="other",
    )
    assert HARVEST.resource("contact") is CONTACTS
    assert [HARVEST.tool("list", CONTACTS), HARVEST.tool("get", CLIENTS)] == ["list_contacts", "get_client"]
    assert [other.tool("list", CONTACTS), other.tool("get", CLIENTS)] == ["list_other_contacts", "get_other_client"]


def test_an_amount_of_money_has_two_decimals_or_those_more_that_it_needs() -> None:
    told = [str(money(Decimal(each))) for each in ("0.0", "80", "80.0000", "0.485", "1.23450", "-7.5", "-0.0")]
    assert told == ["0.00", "80.00", "80.00", "0.485", "1.2345", "-7.50", "0.00"]
