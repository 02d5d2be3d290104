"""The SDK's door: server, stdio, schemas, prompts."""
