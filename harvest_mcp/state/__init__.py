"""What outlives a call: one store for journal, consents and budgets, in a SQLite file or in PostgreSQL."""

from harvest_mcp.state.store import State, default_place

__all__ = ["State", "default_place"]
