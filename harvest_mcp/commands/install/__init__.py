"""`harvest-mcp install` and `uninstall`: put this server into the settings of an assistant, and take it out again."""
