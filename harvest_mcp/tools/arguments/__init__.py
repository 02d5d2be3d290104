"""The arguments of a call: models, types, references, dates and hours."""
