"""Fills a new account with Kestrel Studio's: the same rows every time, dated back from the clock."""

from collections.abc import Iterator
from datetime import timedelta

from harvest_mcp.sandbox import currencies
from harvest_mcp.sandbox.rules import statement_key
from harvest_mcp.sandbox.seeds.clients import CLIENTS as CLIENT_ROWS
from harvest_mcp.sandbox.seeds.contacts import CONTACTS as CONTACT_ROWS
from harvest_mcp.sandbox.seeds.work import INVOICES as INVOICE_ROWS
from harvest_mcp.sandbox.seeds.work import PROJECTS as PROJECT_ROWS
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, INVOICES, PROJECTS

FIRST_CLIENT, FIRST_CONTACT, FIRST_PROJECT, FIRST_INVOICE = 11072, 9, 301, 7001
