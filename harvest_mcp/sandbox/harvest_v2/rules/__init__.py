"""What the account takes and refuses, and what follows from a write (harvest-v2 7 to 21, 29)."""
