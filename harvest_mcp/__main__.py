"""`python -m harvest_mcp` is `harvest-mcp`."""

from harvest_mcp.commands.cli import main

main()
