"""Request and response bodies: bytes to values and back, without I/O and without MCP."""
