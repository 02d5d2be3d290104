"""Answers over a whole account: what is owed, left, unbilled; each complete, or refused."""
