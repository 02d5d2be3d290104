"""Change one place in a text of a client's format, and nothing else of it: JSON with comments, TOML, YAML."""
