"""Invoices over v2, with their messages and payments."""
