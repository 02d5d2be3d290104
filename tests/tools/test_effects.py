"""What is told of every tool that writes is what it does: asked about, and taken back or not."""

from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.systems.incwo import INCWO
from harvest_mcp.tools.effects import NEVER, NOTHING, Effect, effects
from harvest_mcp.tools.inventory import everything

BOTH = (HARVEST, INCWO)
TOLD = {each.tool: each for each in effects(BOTH)}
WRITES = {tool.name: tool for tool in everything(BOTH) if not tool.hints.reads}


def test_every_tool_that_writes_is_told_once_and_no_other() -> None:
    assert len(effects(BOTH)) == len(TOLD)
    assert set(TOLD) == set(WRITES)


def test_what_is_told_to_ask_takes_a_code_and_nothing_else_does() -> None:
    asks = {name for name, told in TOLD.items() if told.asks != NEVER}
    assert asks == {name for name, tool in WRITES.items() if tool.hints.destroys}
    assert asks == {name for name, tool in WRITES.items() if "confirm" in tool.arguments.model_fields}


def test_what_no_undo_takes_back_is_told() -> None:
    assert [name for name, told in TOLD.items() if told.restores == NOTHING and "incwo" not in name] == [
        "restore_task",
        "attach_receipt",
        "delete_invoice_message",
    ]
    assert TOLD["send_invoice"] == Effect("send_invoice", "always", "deletes it again, after asking", "the mail")
    assert TOLD["delete_client"].leaves.startswith("its contacts")
    assert TOLD["update_incwo_file"].leaves == "the content it has now"
