"""Imports of contacts: read, planned against the account, agreed to, carried out as one."""
