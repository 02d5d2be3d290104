"""`harvest-mcp audit`: who changed what, for the operator."""
