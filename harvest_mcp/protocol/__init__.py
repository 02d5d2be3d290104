"""MCP: server, stdio, HTTP, schemas, prompts, resources."""
