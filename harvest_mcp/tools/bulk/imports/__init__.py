"""Imports of contacts: read, planned against the account, confirmed, carried out as one change."""
