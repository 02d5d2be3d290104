"""Mails, events, payments, and the states they lead to (harvest-v2 9, 12.5, 13, 14)."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2 import tables

from .kit import SUPRCORP, TODAY, Clock, ok, refused

pytestmark = pytest.mark.anyio
NOW = f"{TODAY}T09:00:00Z"
AP = [{"email": "ap@moor.example"}]


@pytest.fixture
async def draft(http: httpx.AsyncClient) -> str:
    """The address of a draft over 250."""
    body = {"client_id": SUPRCORP, "line_items": [{"kind": "Service", "unit_price": 250}], "payment_options": ["ach"]}
    return f"/invoices/{ok(await http.post('/invoices', json=body), 201)['id']}"


async def event(http: httpx.AsyncClient, path: str, kind: str | None, **more: Any) -> httpx.Response:
    return await http.post(f"{path}/messages", json={"event_type": kind, **more})


async def state(http: httpx.AsyncClient, path: str) -> str:
    return str(ok(await http.get(path))["state"])


def outbox(sandbox: Sandbox) -> list[tuple[object, object]]:
    return [(row["kind"], row["to"]) for row in sandbox.rows(tables.OUTBOX)]


async def test_send_marks_as_sent_and_mails_nobody(sandbox: Sandbox, http: httpx.AsyncClient, draft: str) -> None:
    made = ok(await event(http, draft, "send"), 201)
    assert {name: made[name] for name in ("event_type", "recipients", "subject", "body")} == {
        **{"event_type": "send", "recipients": []},
        **{"subject": None, "body": None},
    }
    told = ok(await http.get(draft))
    assert (told["state"], told["sent_at"], outbox(sandbox)) == ("open", NOW, [])


async def test_a_message_without_an_event_is_mailed(sandbox: Sandbox, http: httpx.AsyncClient, draft: str) -> None:
    body = {"recipients": [{"name": "Ines Roth", "email": "ines@moor.example"}], "send_me_a_copy": True}
    made = ok(await http.post(f"{draft}/messages", json=body), 201)
    assert made == {
        "id": made["id"],
        **{"sent_by": "Ada Kestrel", "sent_by_email": "admin@kestrel.example"},
        **{"sent_from": "Ada Kestrel", "sent_from_email": "admin@kestrel.example"},
        **{"include_link_to_client_invoice": True, "send_me_a_copy": True, "thank_you": False, "reminder": False},
        **{"send_reminder_on": None, "created_at": NOW, "updated_at": NOW, "attach_pdf": False, "event_type": None},
        **{"recipients": body["recipients"], "subject": "Invoice 1061 from Kestrel Studio", "body": made["body"]},
    }
    assert "\r\n" in made["body"]
    assert await state(http, draft) == "open"
    assert outbox(sandbox) == [("invoice", "ines@moor.example"), ("invoice", "admin@kestrel.example")]
    assert ok(await http.get(f"{draft}/messages"))["invoice_messages"] == [made]
    assert ok(await http.delete(f"{draft}/messages/{made['id']}")) == made


async def test_nobody_to_write_to_is_refused(sandbox: Sandbox, http: httpx.AsyncClient, draft: str) -> None:
    assert refused(await http.post(f"{draft}/messages", json={})) == "Recipients can't be blank"
    assert refused(await http.post(f"{draft}/messages", json={"recipients": [{"name": "x"}]}))
    assert (await state(http, draft), outbox(sandbox)) == ("draft", [])


async def test_the_link_set_to_false_wipes_the_payment_options(http: httpx.AsyncClient, draft: str) -> None:
    assert ok(await http.get(draft))["payment_options"] == ["ach"]
    made = ok(await event(http, draft, "send", include_link_to_client_invoice=False), 201)
    assert made["include_link_to_client_invoice"] is False
    assert ok(await http.get(draft))["payment_options"] == []


async def test_events_lead_from_state_to_state(http: httpx.AsyncClient, draft: str, clock: Clock) -> None:
    for kind, expected in (
        *(("send", "open"), ("draft", "draft"), ("send", "open")),
        *(("close", "closed"), ("re-open", "open")),
    ):
        clock.turn(60)
        ok(await event(http, draft, kind), 201)
        told = ok(await http.get(draft))
        assert told["state"] == expected
        assert (told["closed_at"] is not None) == (expected == "closed")
        assert (told["sent_at"] is None) == (expected == "draft")
    kinds = [row["event_type"] for row in ok(await http.get(f"{draft}/messages"))["invoice_messages"]]
    assert kinds == ["re-open", "close", "send", "draft", "send"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("close", "This invoice is draft; close does not fit"),
        ("re-open", "This invoice is draft; re-open does not fit"),
        ("draft", "This invoice is draft; draft does not fit"),
        ("view", "Event type is not included in the list"),
    ],
)
async def test_an_event_that_does_not_fit_is_refused(
    http: httpx.AsyncClient, draft: str, kind: str, words: str
) -> None:
    assert refused(await event(http, draft, kind)) == words
    assert ok(await http.get(f"{draft}/messages"))["total_entries"] == 0


async def test_a_preview_stores_nothing(sandbox: Sandbox, http: httpx.AsyncClient, draft: str) -> None:
    count = sandbox.store.past.count
    told = ok(await http.get(f"{draft}/messages/new?reminder=true"))
    assert list(told) == ["invoice_id", "subject", "body", "reminder", "thank_you"]
    assert (told["subject"], told["reminder"], told["thank_you"]) == (
        *("Reminder: Invoice 1061 from Kestrel Studio", True),
        False,
    )
    thanks = ok(await http.get(f"{draft}/messages/new?thank_you=true"))
    assert thanks["subject"] == "Thank you for paying invoice 1061"
    assert sandbox.store.past.count == count


async def pay(http: httpx.AsyncClient, path: str, amount: str, **more: Any) -> Any:
    return ok(await http.post(f"{path}/payments", json={"amount": amount, **more}), 201)


async def test_a_payment_is_whole(http: httpx.AsyncClient, draft: str) -> None:
    made = await pay(http, draft, "100", paid_date="2026-04-02", send_thank_you=False)
    assert made == {
        **{"id": made["id"], "amount": Decimal(100), "paid_at": "2026-04-02T00:00:00Z", "recorded_by": "Ada Kestrel"},
        **{"recorded_by_email": "admin@kestrel.example", "notes": "", "transaction_id": None, "created_at": NOW},
        **{"updated_at": NOW, "paid_date": "2026-04-02", "payment_gateway": {"id": None, "name": None}},
    }
    assert (await pay(http, draft, "1"))["paid_date"] == TODAY
    assert (await pay(http, draft, "1", paid_at="2026-04-01T10:00:00-04:00"))["paid_at"] == "2026-04-01T14:00:00Z"


async def test_part_of_it_leaves_the_state_and_all_of_it_pays(
    sandbox: Sandbox, http: httpx.AsyncClient, draft: str
) -> None:
    await pay(http, draft, "50")
    told = ok(await http.get(draft))
    assert (told["state"], told["due_amount"]) == ("draft", Decimal(200))
    ok(await http.post(f"{draft}/messages", json={"recipients": AP}), 201)
    told = ok(await http.get(draft))
    assert (told["state"], told["due_amount"]) == ("open", Decimal(200))
    last = await pay(http, draft, "200", paid_date="2026-03-20", send_thank_you=False)
    told = ok(await http.get(draft))
    assert (told["state"], told["due_amount"], told["paid_date"], told["paid_at"]) == (
        *("paid", Decimal(0), "2026-03-20"),
        "2026-03-20T00:00:00Z",
    )
    assert outbox(sandbox) == [("invoice", "ap@moor.example")]
    ok(await http.delete(f"{draft}/payments/{last['id']}"))
    told = ok(await http.get(draft))
    assert (told["state"], told["paid_at"], told["paid_date"]) == ("open", None, None)


async def test_a_settling_payment_thanks_by_mail_unless_told_not_to(
    sandbox: Sandbox, http: httpx.AsyncClient, draft: str
) -> None:
    ok(await http.post(f"{draft}/messages", json={"recipients": AP}), 201)
    await pay(http, draft, "249")
    assert outbox(sandbox) == [("invoice", "ap@moor.example")]
    await pay(http, draft, "1")
    assert outbox(sandbox)[1:] == [("thank_you", "ap@moor.example")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "Amount can't be blank"),
        ({"amount": 1, "paid_at": TODAY, "paid_date": TODAY}, "Paid at and paid date cannot both be given"),
        ({"amount": 1, "paid_date": "soon"}, "Invalid paid_date: soon"),
    ],
)
async def test_a_payment_that_does_not_fit_is_refused(
    http: httpx.AsyncClient, draft: str, body: dict[str, Any], words: str
) -> None:
    assert refused(await http.post(f"{draft}/payments", json=body)) == words


async def test_a_closed_invoice_takes_no_payment(http: httpx.AsyncClient, draft: str) -> None:
    ok(await event(http, draft, "send"), 201)
    ok(await event(http, draft, "close"), 201)
    assert refused(await http.post(f"{draft}/payments", json={"amount": 1})) == "This invoice is closed."


async def test_an_invoice_takes_messages_and_payments_along(
    sandbox: Sandbox, http: httpx.AsyncClient, draft: str
) -> None:
    before = [len(sandbox.rows(table)) for table in (tables.INVOICE_MESSAGES, tables.INVOICE_PAYMENTS)]
    ok(await event(http, draft, "send"), 201)
    await pay(http, draft, "5")
    ok(await http.delete(draft))
    assert [len(sandbox.rows(table)) for table in (tables.INVOICE_MESSAGES, tables.INVOICE_PAYMENTS)] == before
    assert (await http.get(f"{draft}/messages")).status_code == 404


async def test_the_message_of_another_invoice_is_not_there(http: httpx.AsyncClient, draft: str) -> None:
    made = ok(await event(http, draft, "send"), 201)["id"]
    assert (await http.delete(f"/invoices/7001/messages/{made}")).status_code == 404


async def test_an_estimate_is_sent_accepted_declined_and_opened_again(
    sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    path = f"/estimates/{ok(await http.post('/estimates', json={'client_id': SUPRCORP}), 201)['id']}"
    assert refused(await event(http, path, "accept")) == "This estimate is draft; accept does not fit"
    ok(await http.post(f"{path}/messages", json={"recipients": AP}), 201)
    assert (await state(http, path), outbox(sandbox)) == ("sent", [("estimate", "ap@moor.example")])
    for kind, expected in (("accept", "accepted"), ("re-open", "sent"), ("decline", "declined")):
        ok(await event(http, path, kind), 201)
        told = ok(await http.get(path))
        stamps = (told["sent_at"], told["accepted_at"], told["declined_at"])
        assert (told["state"], stamps) == (
            expected,
            (NOW, NOW if expected == "accepted" else None, NOW if expected == "declined" else None),
        )
    assert outbox(sandbox) == [("estimate", "ap@moor.example")]


async def test_recipients_are_a_list_of_people_with_addresses(http: httpx.AsyncClient, draft: str) -> None:
    for recipients, words in (
        ("ap@moor.example", "Recipients is invalid"),
        ([{"name": "Ines"}], "Recipients email can't be blank"),
    ):
        assert refused(await http.post(f"{draft}/messages", json={"recipients": recipients})) == words


async def test_a_payment_through_a_gateway_is_not_removable(
    sandbox: Sandbox, http: httpx.AsyncClient, draft: str
) -> None:
    made = await pay(http, draft, "5")
    sandbox.store.update(tables.INVOICE_PAYMENTS, made["id"], {"payment_gateway_id": 3})
    words = refused(await http.delete(f"{draft}/payments/{made['id']}"))
    assert words == "A payment through a gateway is not removable."
