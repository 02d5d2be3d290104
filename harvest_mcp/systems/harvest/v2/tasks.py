"""Harvest tasks over v2: TA2-1 to TA2-5 (harvest-v2 19)."""

from dataclasses import replace

from harvest_mcp.spec import Action, ForNewOnes, KeptByHistory, Record, Resource
from harvest_mcp.systems.harvest import tasks as v1
from harvest_mcp.systems.harvest.v2.from_v1 import asking, without
from harvest_mcp.wire.json.records import Spelled, turned
from harvest_mcp.wire.json.wires import JsonWire

OPEN = Spelled("deactivated", "is_active", reads=turned, sends=turned)
"""The opposite of v1's `deactivated`."""
RESTORE = replace(v1.TASKS.actions[0], says="Restore a task")
ARCHIVE = Action(
    verb="archive",
    method="POST",
    path="",
    flips="deactivated",
    to=True,
    sets=True,
    says="Archive a task",
    yes="archived",
    no="active",
)

TASKS: Resource[Record] = replace(
    v1.TASKS,
    record=without(v1.Task, "cache_version"),
    wire=JsonWire("/tasks", (OPEN,)),
    filters=asking(v1.TASKS.filters, deactivated="is_active"),
    actions=(ARCHIVE, RESTORE),
    rules=(KeptByHistory(has="hours"), *(rule for rule in v1.TASKS.rules if isinstance(rule, ForNewOnes))),
)
