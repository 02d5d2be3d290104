#!/bin/sh
# For any client that starts a command and talks MCP over its stdin and stdout: give it this script.
# Fill in the address of your account and your e-mail. What the client sets itself wins.
export HARVEST_URL="${HARVEST_URL:-https://suprcorp.harvestapp.com}"
export HARVEST_EMAIL="${HARVEST_EMAIL:-you@example.com}"
# A file that only you can read and that holds nothing but the password: chmod 600 ~/.harvest-password
export HARVEST_PASSWORD_FILE="${HARVEST_PASSWORD_FILE:-$HOME/.harvest-password}"
exec harvest-mcp
