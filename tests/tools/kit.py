"""What the tests of the tools share: who calls, and what was sent."""

import re
from dataclasses import replace

from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import ADMIN, Login
from harvest_mcp.spec import Plan
from harvest_mcp.systems.harvest import HARVEST
from tests.conftest import Talk

SUPRCORP, ACME, KESTREL, BAKERY, CAFE, BLUEPEAK, SAUNA = 11072, 11073, 11074, 11077, 11076, 11080, 11112
JANE, WILE = 9, 17

ITEMS = "kind,description,quantity,unit_price,amount,taxed,taxed2,project_id\n"
INVOICE = (
    '<invoice><id type="integer">7060</id><client-id type="integer">11072</client-id><number>7</number>'
    "<csv-line-items>{}</csv-line-items></invoice>"
)

SEARCHED = [
    each.plural for each in HARVEST.resources if "list" in each.verbs and not each.owner and each.plural != "expenses"
]
"""What has one list of all; of expenses there is one for each week."""

ROOMY = Plan(calls=100_000, seconds=15, pause=16)


def account(login: Login = ADMIN, *, plan: Plan = ROOMY) -> Account:
    """Someone at the sandbox, with a budget that no test uses up unless it wants to."""
    return Account.basic(replace(HARVEST, plan=plan), "http://sandbox.localhost", login.email, login.password)


def writes(talk: Talk) -> list[tuple[str, str, bytes]]:
    """What the last tool call sent that was not a read: method, path, body."""
    sent = talk.sandbox.seen[talk.seen_before :]
    return [(call.method, call.path, call.body) for call in sent if call.method != "GET"]


def document(noun: str, *elements: str) -> bytes:
    """A body exactly as it leaves."""
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<{noun}>{''.join(elements)}</{noun}>".encode()


def undo(change: int) -> str:
    """What an answer says of the change it made."""
    return f"undo_change(change_id={change}) takes it back."


def code(text: str) -> str:
    """The code in a question that came back as an error."""
    found = re.search(r'confirm="([\w-]{22})"', text)
    assert found is not None, text
    return found[1]
