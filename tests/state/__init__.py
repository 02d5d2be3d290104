"""The state store: its place, its layout, and what goes on when it cannot be used."""
