"""Questions made up, without an account behind them."""

from typing import Any

from harvest_mcp.consent.question import Matter, Question, QuestionSheet

ACME = 11073
UNTOUCHED = "Nothing was deleted."
FIELDS = (("id", "11073"), ("name", "Acme"), ("active", "yes"), ("details", "1 Desert Road\nTucson"), ("fax", ""))


def question(
    name: str = "Acme",
    *,
    tool: str = "delete_client",
    record: int = ACME,
    account: str = "harvest:kestrel.example",
    principal: str = "ada@kestrel.example",
    **more: Any,
) -> Question:
    """A question about a client; `more` is for its sheet."""
    shown: dict[str, Any] = {
        "place": "Harvest at kestrel.example",
        "fields": FIELDS,
        "goes": (("3 contacts", (("Wile Coyne", 17), ("Marta Runner", 18), ("Theo Anvil", 19))),),
        "lost": ("its 3 contacts", "what Harvest itself fills in: id, created at"),
        **more,
    }
    return Question(
        text=f'Delete client "{name}" ({record})? Undo recreates it under a new id.',
        tick=f'client "{name}" ({record})',
        matter=Matter(system="harvest", account=account, principal=principal, tool=tool, noun="client", record=record),
        content=(shown["fields"],),
        sheet=QuestionSheet(does="delete", untouched=UNTOUCHED, name=name, **shown),
    )


ODD = question("Łódź \u202e\n<b>&amp; משרד", notes=("It has 1 project.",))
"""One with text that not every store gives back as it got it."""
