"""Harvest's invoices and their parts."""
