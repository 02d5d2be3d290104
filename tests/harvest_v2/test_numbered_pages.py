"""A list whose pages are numbered: the first tells how many there are, and the others are asked for at once."""

import pytest

from harvest_mcp.sandbox import Fault
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2
from harvest_mcp.systems.harvest import CONTACTS
from tests.harvest_v2.kit import SUPRCORP, conversing

pytestmark = pytest.mark.anyio


async def test_numbered_pages_come_to_one_list_and_one_that_is_missing_is_said() -> None:
    with open_harvest_v2(settings=Settings(form="2021")) as account:
        for at in range(420):
            account.put(CONTACTS, client_id=SUPRCORP, first_name="Jane", last_name=f"Doe {at}")
        many, pages = len(account.rows(CONTACTS)), -(-len(account.rows(CONTACTS)) // 100)
        async with conversing(account) as talk:
            told = await talk.ok("list_contacts", limit=1000, fields=["last_name"])
            assert told.splitlines()[0].startswith(f"# {many} contacts")
            first, *others = talk.wire()
            assert (first, len(others)) == ("GET /v2/contacts", pages - 1)
            assert [call.count(f"page={at}") for at, call in enumerate(others, 2)] == [1] * len(others)
            account.fail(Fault("status", "404", path="/v2/contacts", skip=3))
            broken = await talk.ok("list_contacts", limit=1000, fields=["last_name"])
            assert broken.splitlines()[0] == "# 300 contacts; page 4 is not there (404), so there may be more"
