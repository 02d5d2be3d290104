"""Questions to a person before a write, and the text of answers after it."""
