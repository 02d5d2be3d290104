"""The tools of the change journal."""
