"""`python -m harvest_mcp` is `harvest-mcp`."""

from harvest_mcp.cli import main

main()
