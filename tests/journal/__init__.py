"""The journal of changes: what it says, what it takes back, and what a crash leaves of it."""
