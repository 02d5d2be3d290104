"""What is unknown, repeated or unreadable never costs a list: the cell is told with its record, the rest shown."""

import re

import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from tests.conftest import talking
from tests.tools.kit import account

pytestmark = pytest.mark.anyio


def answering(path: str, body: str) -> Fault:
    """A body in place of the account's."""
    return Fault("garbage", "200", method="GET", path=path, body=body.encode(), times=None)


def clients(*inner: str) -> Fault:
    rows = "".join(f'<client><id type="integer">{id}</id>{each}</client>' for id, each in enumerate(inner, 7))
    return answering("/clients", f'<clients type="array">{rows}</clients>')


@pytest.mark.parametrize(
    "inner",
    [
        "<tag>a</tag><tag>b</tag>",
        "<tags><tag>a</tag><tag>b</tag></tags>",
        '<tags type="array"><tag><id>1</id></tag><tag><id>1</id></tag></tags>',
        "<tags><tag>a</tag><note>x</note><tag>b</tag></tags>",
        "<name>A</name>",
        "<active type='boolean'>true</active><active>TRUE</active>",
    ],
)
async def test_what_is_not_read_and_what_repeats_itself_is_passed_over(sandbox: Sandbox, inner: str) -> None:
    async with talking(sandbox, account=account()) as talk:
        talk.sandbox.fail(clients(f"<name>A</name>{inner}", "<name>B</name>"))
        said = await talk.ok("list_clients", fields=["name"])
        assert said.splitlines() == ["# 2 clients", "id,name", "7,A", "8,B"]
        assert "hits" in await talk.ok("search_records", query="B")


async def test_two_values_of_one_element_are_a_doubt_that_names_it(sandbox: Sandbox) -> None:
    async with talking(sandbox, account=account()) as talk:
        talk.sandbox.fail(clients("<name>A</name><name>B</name>", "<name>C</name>"))
        said = await talk.ok("list_clients", fields=["name"])
        assert said.splitlines() == ["# 2 clients; unreadable: name of 7", "id,name", "7,unreadable", "8,C"]
        body = "<client><id>7</id><name>A</name><name>B</name></client>"
        talk.sandbox.fail(answering("/clients/7", body))
        assert (await talk.ok("get_client", client_id=7)).splitlines() == [
            "# name comes twice, with different values.",
            '{"id":7}',
        ]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("cache-version", "123456789012345678"),
        ("updated-at", "Mon, 05 Mar 2018 09:53:06 +0000"),
        ("created-at", "2018-03-05T09:53:06"),
        ("active", "perhaps"),
        ("default-invoice-timeframe", "<from>1</from>"),
    ],
)
async def test_a_hidden_cell_that_cannot_be_read_does_not_matter(sandbox: Sandbox, column: str, text: str) -> None:
    async with talking(sandbox, account=account()) as talk:
        talk.sandbox.fail(clients(f"<name>A</name><{column}>{text}</{column}>", "<name>B</name>"))
        said = await talk.ok("list_clients", fields=["name"])
        assert said.splitlines() == ["# 2 clients", "id,name", "7,A", "8,B"]


async def test_of_many_records_the_first_unreadable_ones_are_named(sandbox: Sandbox) -> None:
    async with talking(sandbox, account=account()) as talk:
        talk.sandbox.fail(clients(*["<name>A</name><updated-at>soon</updated-at>"] * 8))
        said = await talk.ok("list_clients", fields=["updated_at"], limit=7)
        assert re.match(r"# 7 of 8 clients; unreadable: updated_at of 7 8 9 10 11 and 2 more; next: cursor=", said)


async def test_rows_that_do_not_tell_whose_they_are_are_shown(sandbox: Sandbox) -> None:
    async with talking(sandbox, account=account()) as talk:
        row = "<user-assignment><id>1</id><user-id>{}</user-id><hourly-rate>80</hourly-rate></user-assignment>"
        body = f'<user-assignments type="array">{row.format(31)}</user-assignments>'
        talk.sandbox.fail(answering("/projects/301/user_assignments", body))
        said = await talk.ok("list_user_assignments", project="301")
        assert said.splitlines()[0] == (
            "# 1 user assignment; hourly_rate counts only while bill_by of the project is People"
        )


async def test_an_id_below_zero_is_none(sandbox: Sandbox) -> None:
    async with talking(sandbox, account=account()) as talk:
        row = "<contact><id>{}</id><client-id>{}</client-id><first-name>A</first-name></contact>"
        talk.sandbox.fail(answering("/contacts", f'<contacts type="array">{row.format(1, -5)}</contacts>'))
        said = await talk.ok("list_contacts", fields=["client_id"])
        assert said.splitlines()[:2] == ["# 1 contact; unreadable: client_id of 1", "id,client_id"]
        talk.sandbox.calm()
        talk.sandbox.fail(answering("/contacts", f'<contacts type="array">{row.format(-5, 1)}</contacts>'))
        assert "value-of-id" in await talk.error("list_contacts")


async def test_a_row_whose_filter_cannot_be_read_is_not_left_out(sandbox: Sandbox) -> None:
    async with talking(sandbox, account=account()) as talk:
        body = (
            '<tasks type="array"><task><id>1</id><name>A</name></task>'
            "<task><id>2</id><name>B</name><billable-by-default>x</billable-by-default></task></tasks>"
        )
        talk.sandbox.fail(answering("/tasks", body))
        said = await talk.ok("list_tasks", fields=["name", "billable_by_default"])
        assert said.splitlines()[0] == "# 2 tasks; unreadable: billable_by_default of 2"
