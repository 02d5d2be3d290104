"""Edit one place in a text of a client's format, and nothing else: JSON with comments, TOML, YAML."""
