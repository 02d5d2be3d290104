"""Currencies: v2 sends codes where v1 sends labels (harvest-v2 4.4)."""

from harvest_mcp.systems.harvest.currencies import code, labelled
from harvest_mcp.wire.json.records import Spelled


def _labelled(told: str | None) -> str | None:
    return None if told is None else labelled(told)


def _coded(said: str | None) -> str | None:
    return None if said is None else code(said) or said


CURRENCY = Spelled("currency", reads=_labelled, sends=_coded)
"""`EUR` on the wire is shown as `Euro - EUR`, as in v1."""
