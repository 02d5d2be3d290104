"""Writes that got no answer, and what becomes of them."""
