"""The package as a whole: its layers, its start, its documents, its commands."""
