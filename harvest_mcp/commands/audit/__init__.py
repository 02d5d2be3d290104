"""`harvest-mcp audit`: who changed what, for whoever runs the server."""
