"""`harvest-mcp install` and `uninstall`: add this server to an assistant's settings, and remove it."""
