"""An account that does not let somebody in, or shows a web page where it should speak XML."""

from dataclasses import replace
from typing import Any

import pytest

from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import INCWO_LOGIN
from tests.conftest import Era
from tests.incwo.kit import ANNE, UNPACED, account, at, writes

pytestmark = pytest.mark.anyio

CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("list_incwo_contacts", {}, ""),
    ("get_incwo_contact", {"contact_id": ANNE}, ""),
    ("create_incwo_firm", {"name": "Neuve"}, " Nothing was created."),
    ("update_incwo_contact", {"contact_id": ANNE, "job_title": "x"}, " Nothing was changed."),
    ("add_incwo_contact_item", {"contact_id": ANNE, "type_id": "skype", "value": "x"}, " Nothing was changed."),
    ("delete_incwo_contact", {"contact_id": ANNE}, " Nothing was deleted."),
]
SAYS = {
    "rights=403": ("incwo does not let this user do that (403).", "Give the user the right, and the API access."),
    "rights=302": (
        "The address answered with a redirect (302) instead of incwo's XML.",
        "Check the address with `harvest-mcp doctor`.",
    ),
    "unauthorized=html": (
        "incwo does not accept the credentials (401).",
        "Check them with `harvest-mcp doctor`.",
    ),
}


@pytest.mark.parametrize("switch", SAYS)
async def test_who_may_not_come_in_is_told_why_and_sends_no_write(era: Era, switch: str) -> None:
    what, next = SAYS[switch]
    caller = account()
    if switch.startswith("unauthorized"):
        wrong = Account.basic(UNPACED, caller.url, INCWO_LOGIN.email, "wrong")
        caller = replace(wrong, most_pages=50)
    async with at(switch, era=era, reply="yes", caller=caller) as talk:
        for tool, arguments, untouched in CALLS:
            assert await talk.error(tool, **arguments) == f"{what}{untouched} {next}"
            assert (len(talk.wire()), writes(talk)) == (1, [])
    assert talk.asked == []


@pytest.mark.parametrize("unauthorized", ["challenge", "html"])
async def test_a_wrong_password_is_in_no_answer(unauthorized: str) -> None:
    caller = Account.basic(UNPACED, account().url, INCWO_LOGIN.email, "hunter2-é")
    async with at(f"unauthorized={unauthorized}", caller=caller) as talk:
        assert await talk.error("search_records", query="anne") == " ".join(SAYS["unauthorized=html"])


async def test_search_names_the_kinds_a_user_may_not_see(era: Era) -> None:
    async with at("rights=403", era=era, toolsets="incwo_crm") as talk:
        assert await talk.ok("search_records", query="x") == (
            '# 0 hits; "x" is nowhere; searched: nothing; this user may not see: incwo_contacts, incwo_firms. '
            "Looked in texts, telephones, addresses and names of what they refer to. Try fewer or other words."
        )


@pytest.mark.parametrize("missing", ["404-xml", "404-html"])
@pytest.mark.parametrize("noun", ["contact", "firm"])
async def test_what_is_not_there_is_told_as_such_whatever_page_comes_with_it(missing: str, noun: str) -> None:
    gone = f"No {noun} 5 in this account, or this user may not see it."
    next = f"Call list_incwo_{noun}s for ids."
    key = {f"{noun}_id": 5}
    async with at(f"missing={missing}", reply="yes") as talk:
        assert await talk.error(f"get_incwo_{noun}", **key) == f"{gone} {next}"
        assert await talk.error(f"add_incwo_{noun}_item", **key, type_id="88", value="1") == (
            f"{gone} Nothing was changed. {next}"
        )
        assert await talk.error(f"delete_incwo_{noun}", **key) == f"{gone} Nothing was deleted. {next}"
        assert writes(talk) == []
