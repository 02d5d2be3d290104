"""Answers people ask for on Monday: what is owed, left, unbilled; each over everything, or refused."""
