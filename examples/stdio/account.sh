#!/bin/sh
# For any client that starts a command and talks MCP over its stdin and stdout: give it this script.
# Fill in the number of your account, which stands beside the token. What the client sets itself wins.
export HARVEST_ACCOUNT_ID="${HARVEST_ACCOUNT_ID:-123456}"
# A file that only you can read and that holds nothing but the token: chmod 600 ~/.harvest-access-token
export HARVEST_ACCESS_TOKEN_FILE="${HARVEST_ACCESS_TOKEN_FILE:-$HOME/.harvest-access-token}"
exec harvest-mcp
