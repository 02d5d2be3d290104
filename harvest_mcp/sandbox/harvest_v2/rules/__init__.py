"""The rules of writes: checks, derived columns and consequences (harvest-v2 7 to 21, 29)."""
