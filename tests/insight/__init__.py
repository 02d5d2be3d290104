"""Toolset insight: answers over everything, beside the same by plain SQL."""
