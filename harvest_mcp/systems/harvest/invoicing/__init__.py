"""Harvest's invoices, and what belongs to them."""
