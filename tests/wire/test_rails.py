"""Harvest v1's dialect: names, types, nil, and what counts as a list (harvest-v1 5)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TypeVar

import pytest

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Record, Resource, Response, Scalar, Scope
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, RATE_LIMIT, WHO_AM_I
from harvest_mcp.systems.harvest.account import AccountInUse, Company, Modules, ProjectManager, RateLimit, User
from harvest_mcp.systems.harvest.clients import Client
from harvest_mcp.systems.harvest.contacts import Contact
from harvest_mcp.wire import rails, xml
from tests.holds import holds_for

from .things import THINGS, Owner, Thing

R = TypeVar("R", bound=Record)
XML = b"<?xml version='1.0' encoding='UTF-8'?>\n"


def rows(resource: Resource[R], body: bytes) -> list[R]:
    return list(resource.wire.list(Scope(resource)).read(Response(200, {}, body)).rows)


def encode(resource: Resource[R], values: Mapping[str, Scalar]) -> bytes:
    return resource.wire.create(Scope(resource), values).request.body


def things(body: str) -> list[Thing]:
    return rows(THINGS, body.encode())


def thing(inner: str) -> Thing:
    return rails.row(xml.read(f"<odd-thing><id>1</id>{inner}</odd-thing>".encode()), THINGS.noun, Thing)


def test_a_list_and_one_of_it_have_their_paths() -> None:
    place, wire = Scope(THINGS), THINGS.wire
    assert [each.request.path for each in (wire.list(place), wire.get(place, 5), wire.get(place, 0))] == [
        *("/odd_things", "/odd_things/5", "/odd_things/0")
    ]


def test_names_are_dashed_on_the_wire() -> None:
    assert [rails.spell(name) for name in ("id", "client_id", "a_b_c")] == ["id", "client-id", "a-b-c"]


@holds_for(
    ("value", "text"),
    [
        ("a b", "a b"),
        ("", ""),
        (5, "5"),
        (-5, "-5"),
        (True, "true"),
        (False, "false"),
        (Decimal("100"), "100"),
        (Decimal("0.4850"), "0.4850"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (date(2018, 3, 5), "2018-03-05"),
        (datetime(2010, 9, 25, 18, 30, tzinfo=UTC), "2010-09-25 18:30"),
        (datetime(2010, 9, 25, 18, 30, 59, 999_999, tzinfo=UTC), "2010-09-25 18:30"),
        (datetime(2010, 9, 25, 18, 30, tzinfo=timezone(timedelta(hours=2))), "2010-09-25 16:30"),
        (datetime(2010, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))), "2009-12-31 18:15"),
    ],
)
def test_a_value_is_shown_as_the_vendor_documents_it(value: Scalar, text: str) -> None:
    assert rails.show(value) == text


def test_a_body_has_the_given_columns_only_in_declared_order_with_their_types() -> None:
    values: dict[str, Scalar] = {
        "bought_on": date(2018, 3, 5),
        "hourly_rate": Decimal("80.50"),
        "is_old": False,
        "name": "Lamp & Co",
        "owner_id": 7,
    }
    assert encode(THINGS, values) == XML + (
        b'<odd-thing><owner-id type="integer">7</owner-id><name>Lamp &amp; Co</name>'
        b'<is-old type="boolean">false</is-old><hourly-rate type="decimal">80.50</hourly-rate>'
        b'<bought-on type="date">2018-03-05</bought-on></odd-thing>'
    )


def test_null_is_written_as_nil_and_differs_from_empty_and_from_absent() -> None:
    assert encode(THINGS, {"long_text": "", "name": None, "owner_id": None}) == XML + (
        b'<odd-thing><owner-id type="integer" nil="true"/><name nil="true"/><long-text></long-text></odd-thing>'
    )


def test_a_body_of_nothing_is_an_empty_element() -> None:
    assert encode(CONTACTS, {}) == XML + b"<contact/>"


def test_the_documented_create_of_a_contact_is_written_as_documented() -> None:
    values: dict[str, Scalar] = {"last_name": "Doe", "client_id": 9, "first_name": "Jane", "email": "Jane@Doe.com"}
    assert encode(CONTACTS, values) == XML + (
        b'<contact><client-id type="integer">9</client-id><first-name>Jane</first-name>'
        b"<last-name>Doe</last-name><email>Jane@Doe.com</email></contact>"
    )


def test_a_record_has_its_values_by_type() -> None:
    assert thing(
        '<owner-id type="integer">7</owner-id><name>Lamp</name><long-text>a\nb</long-text>'
        '<is-old type="boolean">true</is-old><hourly-rate type="decimal">80.50</hourly-rate>'
        '<bought-on type="date">2018-03-05</bought-on><seen-at type="dateTime">2018-03-05T09:12:44Z</seen-at>'
        "<owner><name>Jo</name><is-boss>false</is-boss><unknown/></owner><unknown><more>1</more></unknown>"
    ) == Thing(
        id=1,
        owner_id=7,
        name="Lamp",
        long_text="a\nb",
        is_old=True,
        hourly_rate=Decimal("80.50"),
        bought_on=date(2018, 3, 5),
        seen_at=datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC),
        owner=Owner(name="Jo", is_boss=False),
    )


def test_nil_is_null_empty_text_is_empty_and_all_else_empty_is_null() -> None:
    columns = ("owner-id", "name", "long-text", "is-old", "hourly-rate", "bought-on", "seen-at", "owner")
    nothing = Thing(id=1)
    assert thing("") == nothing
    assert thing("".join(f'<{column} nil="true"/>' for column in columns)) == nothing
    assert thing("".join(f"<{column}></{column}>" for column in columns)) == Thing(id=1, name="", long_text="")
    assert thing("".join(f"<{column}> \n</{column}>" for column in columns)) == Thing(id=1, name=" \n", long_text=" \n")


def test_names_are_read_dashed_or_underscored() -> None:
    assert thing("<owner_id>7</owner_id><long-text>x</long-text><is_old>1</is_old>") == Thing(
        id=1, owner_id=7, long_text="x", is_old=True
    )


@holds_for("kind", ["", ' type="integer"', ' type="Integer"', ' type="string"', ' type="yaml"'])
def test_the_type_said_does_not_matter(kind: str) -> None:
    assert thing(f"<owner-id{kind}>7</owner-id>") == Thing(id=1, owner_id=7)


@pytest.mark.parametrize("kind", ["datetime", "dateTime", "DateTime", "timestamp"])
def test_instants_are_read_whatever_their_type_is_called(kind: str) -> None:
    assert thing(f'<seen-at type="{kind}">2008-04-09T12:07:56Z</seen-at>') == Thing(
        id=1, seen_at=datetime(2008, 4, 9, 12, 7, 56, tzinfo=UTC)
    )


@holds_for(
    ("text", "instant"),
    [
        ("2008-04-09T12:07:56Z", datetime(2008, 4, 9, 12, 7, 56, tzinfo=UTC)),
        ("2008-04-09 12:07:56Z", datetime(2008, 4, 9, 12, 7, 56, tzinfo=UTC)),
        ("2008-04-09T12:07:56+00:00", datetime(2008, 4, 9, 12, 7, 56, tzinfo=UTC)),
        ("2008-04-09T12:07:56-04:00", datetime(2008, 4, 9, 16, 7, 56, tzinfo=UTC)),
        ("2008-04-09T00:07:56+0545", datetime(2008, 4, 8, 18, 22, 56, tzinfo=UTC)),
        ("2008-04-09T12:07:56.5Z", datetime(2008, 4, 9, 12, 7, 56, 500_000, tzinfo=UTC)),
        ("2008-04-09T12:07:56.123456+01:00", datetime(2008, 4, 9, 11, 7, 56, 123_456, tzinfo=UTC)),
    ],
)
def test_instants_come_in_utc(text: str, instant: datetime) -> None:
    seen = thing(f"<seen-at>{text}</seen-at>").seen_at
    assert seen == instant
    assert seen.tzinfo is UTC


@holds_for(
    ("text", "rate"),
    [
        *(
            (text, Decimal(text))
            for text in ("0", "100", "100.0", "0.485", "-1.50", "999999999999999.99999999999999999999")
        ),
        *(
            (text, None)
            for text in ("1e9999999", "1E2", "NaN", "sNaN", "Infinity", "-inf", "0x10", "1_000", "1,5", ".5")
        ),
        *((text, None) for text in ("5.", "+5", "1.5.2", "$5", "٥", "1" * 16, "0." + "1" * 21, "1" * 400)),
    ],
)
def test_decimals_are_plain_digits_kept_to_the_last_zero(text: str, rate: Decimal | None) -> None:
    if rate is None:
        found = thing(f"<hourly-rate>{text}</hourly-rate>")
        assert (found.hourly_rate, [*found.unread]) == (None, ["hourly_rate"])
    else:
        assert str(thing(f"<hourly-rate> {text}\n</hourly-rate>").hourly_rate) == str(rate)


@holds_for(
    ("text", "day"),
    [
        ("2008-02-10", date(2008, 2, 10)),
        (" 2008-02-29 ", date(2008, 2, 29)),
        *((text, None) for text in ("2009-02-29", "2008-13-01", "0000-01-01", "10000-01-01", "2008-2-1", "20080210")),
        *(
            (text, None)
            for text in ("2008/02/10", "Wed, 18 Oct 2006", "2008-W06-7", "2008-02-10T00:00:00Z", "２００８-02-10")
        ),
    ],
)
def test_days_are_year_month_day(text: str, day: date | None) -> None:
    if day is None:
        found = thing(f"<bought-on>{text}</bought-on>")
        assert (found.bought_on, [*found.unread]) == (None, ["bought_on"])
    else:
        assert thing(f"<bought-on>{text}</bought-on>").bought_on == day


@pytest.mark.parametrize(
    "text", ["true", "1", "TRUE", "\n      true\n    "], ids=["true", "1", "capitals", "as one sample pads it"]
)
def test_truth_is_told_in_several_ways(text: str) -> None:
    assert thing(f'<is-old type="boolean">{text}</is-old>') == Thing(id=1, is_old=True)


ROW, OTHER = "<odd-thing><id>1</id></odd-thing>", "<x><id>2</id></x>"


@holds_for(
    ("body", "ids"),
    [
        (f'<odd-things type="array">{ROW}</odd-things>', [1]),
        (f"<odd-things>{ROW}</odd-things>", [1]),
        (f"<odd_things>{ROW.replace('-', '_')}</odd_things>", [1]),
        (f'<odd-thing type="array">{ROW}</odd-thing>', [1]),
        (f"<odd-thing>{ROW}</odd-thing>", [1]),
        (f"<anything>{ROW}{OTHER}</anything>", [1, 2]),
        (f"<odd-things><from>2018-03-05</from>{ROW}<to/></odd-things>", [1]),
        (f"<odd-things>{OTHER}{ROW}{OTHER}</odd-things>", [2, 1, 2]),
        ('<nil-classes type="array"/>', []),
        ("<nil-classes/>", []),
        ('<odd-things type="array"/>', []),
        ("<odd-things/>", []),
        ("<odd_things></odd_things>", []),
        ('<odd-thing type="array"/>', []),
        ('<anything type="array"/>', []),
        ("<odd-things><from>2018-03-05</from><to>2018-03-11</to></odd-things>", []),
    ],
)
def test_a_list_is_its_children_that_hold_something_whatever_the_root_is_called(body: str, ids: list[int]) -> None:
    assert things(body) == [Thing(id=id) for id in ids]


@holds_for(
    ("body", "code"),
    [
        ("<anything/>", "unexpected-root"),
        ("<anything><a>1</a></anything>", "unexpected-root"),
        ('<anything type="array"><a>1</a></anything>', "unexpected-root"),
        ("<odd-thing/>", "unexpected-root"),
        (ROW, "unexpected-root"),
        (ROW.replace("-", "_"), "unexpected-root"),
        ("<odd-thing><id>1</id><owner><id>2</id></owner></odd-thing>", "unexpected-root"),
        ("<error><message>No.</message></error>", "unexpected-root"),
        (f"<error>{OTHER}</error>", "unexpected-root"),
        ("<odd-things>Back soon.</odd-things>", "unexpected-text"),
        ('<anything type="array">Back soon.</anything>', "unexpected-text"),
        ("<odd-things><odd-thing/></odd-things>", "not-a-record"),
        ("<odd-things><odd_thing/></odd-things>", "not-a-record"),
        ('<odd-things><odd-thing nil="true"/></odd-things>', "not-a-record"),
        ('<odd-things><odd-thing type="array"><a/></odd-thing></odd-things>', "not-a-record"),
        ("<odd-things><odd-thing><name>x</name></odd-thing></odd-things>", "missing-id"),
        ("<odd-things><odd-thing><id>x</id></odd-thing></odd-things>", "value-of-id"),
        ("<odd-things><odd-thing><id>1</id><id>2</id></odd-thing></odd-things>", "duplicate-element"),
        ("<odd-things><odd-thing><id>1</id><a/><id>2</id></odd-thing></odd-things>", "duplicate-element"),
    ],
)
def test_what_is_no_list_of_these_is_refused(body: str, code: str) -> None:
    with pytest.raises(Malformed) as raised:
        things(body)
    assert raised.value.code == code


@pytest.mark.parametrize("root", ["odd-thing", "odd_thing"])
def test_one_record_stands_under_its_noun_dashed_or_underscored(root: str) -> None:
    document = xml.read(f"<{root}><id>1</id></{root}>".encode())
    assert rails.row(document, THINGS.noun, Thing) == Thing(id=1)


def test_one_record_under_another_root_is_refused() -> None:
    with pytest.raises(Malformed) as raised:
        rails.row(xml.read(b"<odd-things><id>1</id></odd-things>"), THINGS.noun, Thing)
    assert raised.value.code == "unexpected-root"


LATE = b"""<?xml version="1.0" encoding="UTF-8"?>
<clients type="array">
  <client>
    <id type="integer">4101</id>
    <name>Kestrel &amp; Sons</name>
    <active type="boolean">true</active>
    <currency>Euro - EUR</currency>
    <updated-at type="dateTime">2018-03-05T09:12:44Z</updated-at>
    <created-at type="dateTime">2018-03-01T08:00:00Z</created-at>
    <default-invoice-timeframe nil="true"/>
    <details>5 Quay Road
Bremen</details>
  </client>
</clients>
"""


def test_the_references_late_list_reads_whole() -> None:
    assert rows(CLIENTS, LATE) == [
        Client(
            id=4101,
            name="Kestrel & Sons",
            active=True,
            currency="Euro - EUR",
            updated_at=datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC),
            created_at=datetime(2018, 3, 1, 8, tzinfo=UTC),
            details="5 Quay Road\nBremen",
        )
    ]


def test_the_oldest_documented_contact_reads_whole() -> None:
    body = b"""<contacts type="array">
  <contact>
    <id type="integer">9</id>
    <client-id type="integer">11072</client-id>
    <email>Jane@Doe.com</email>
    <first-name>Jane</first-name>
    <last-name>Doe</last-name>
    <phone-office>555.555.5555</phone-office>
    <phone-mobile>555.555.7777</phone-mobile>
    <fax>555.555.9999</fax>
  </contact>
</contacts>"""
    assert rows(CONTACTS, body) == [
        Contact(
            id=9,
            client_id=11072,
            email="Jane@Doe.com",
            first_name="Jane",
            last_name="Doe",
            phone_office="555.555.5555",
            phone_mobile="555.555.7777",
            fax="555.555.9999",
        )
    ]


def test_an_account_reads_with_its_parts() -> None:
    body = b"""<hash><company><base-uri>https://sub.harvestapp.com</base-uri><name>Sub</name>
<active type="boolean">true</active><decimal-symbol>.</decimal-symbol><thousands-separator> </thousands-separator>
<modules><expenses type="boolean">true</expenses><approval type="boolean">false</approval></modules></company>
<user><id type="integer">31</id><email>a@b.example</email><admin type="boolean">false</admin>
<timezone>Eastern Time (US &amp; Canada)</timezone><timezone-utc-offset type="integer">-14400</timezone-utc-offset>
<project-manager><is-project-manager type="boolean">true</is-project-manager></project-manager></user></hash>"""
    assert rails.row(xml.read(body), WHO_AM_I.root, AccountInUse) == AccountInUse(
        company=Company(
            base_uri="https://sub.harvestapp.com",
            name="Sub",
            active=True,
            decimal_symbol=".",
            thousands_separator=" ",
            modules=Modules(expenses=True, approval=False),
        ),
        user=User(
            id=31,
            email="a@b.example",
            admin=False,
            timezone="Eastern Time (US & Canada)",
            timezone_utc_offset=-14400,
            project_manager=ProjectManager(is_project_manager=True),
        ),
    )


def test_the_old_account_of_little_more_than_an_address_reads() -> None:
    body = (
        b"<hash><user><timestamp-timers type='boolean'>true</timestamp-timers><email>a@b.example</email></user></hash>"
    )
    assert rails.row(xml.read(body), WHO_AM_I.root, AccountInUse) == AccountInUse(
        user=User(timestamp_timers=True, email="a@b.example")
    )


def test_the_rate_limit_reads_with_its_offset_in_utc() -> None:
    body = b"""<hash><last-access-at type="datetime">2011-06-11T16:05:02+02:00</last-access-at><count>3</count>
<timeframe-limit>15</timeframe-limit><max-calls>100</max-calls><lockout-seconds>2</lockout-seconds></hash>"""
    assert rails.row(xml.read(body), RATE_LIMIT.root, RateLimit) == RateLimit(
        count=3,
        max_calls=100,
        timeframe_limit=15,
        lockout_seconds=2,
        last_access_at=datetime(2011, 6, 11, 14, 5, 2, tzinfo=UTC),
    )


@holds_for(
    ("body", "text"),
    [
        (b"<error><kind>UserNotAssigned</kind><message>No.</message></error>", "No."),
        (b"<error><message>First.</message><message>Second.</message></error>", "First."),
        (b"<a><b><message>First.</message><c><message>Second.</message></c></b></a>", "First."),
        (b"<a><b><c><message>First.</message></c></b><message>Second.</message></a>", "First."),
        (b"<a><b><c><d><message>First.</message></d><message>Second.</message></c></b></a>", "First."),
        (b"<errors><error>First.</error><error>Second.</error></errors>", "First."),
        (b'<errors type="array"><error>First.</error></errors>', "First."),
        (b"<a><error>Less.</error><message>More.</message></a>", "More."),
        (b"<a><message/><error>No.</error></a>", "No."),
        (b'<a><message nil="true"/><error>No.</error></a>', "No."),
        (b"<error>No.</error>", "No."),
        (b"<a><b>No.</b></a>", ""),
        (b"<error/>", ""),
        (b"", ""),
        (b"No.", ""),
        (b'{"message": "No."}', ""),
        (b"<html><body><br></body></html>", ""),
        (b"<error><message>No.</message>", ""),
        (b'<!DOCTYPE error [<!ENTITY e "x">]><error><message>&e;</message></error>', ""),
    ],
)
def test_an_error_says_its_first_message_else_its_first_error_else_its_text(body: bytes, text: str) -> None:
    assert rails.error_text(body) == text
