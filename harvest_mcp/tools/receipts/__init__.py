"""Receipts of expenses."""
