#!/bin/sh
# For any client that starts a command and talks MCP over its stdin and stdout: give it this script.
# An embedded account with made-up data; add =FILE to keep what you change (--sandbox=FILE).
exec harvest-mcp --sandbox
