"""Serving over HTTP: real clients, real connections, and the sandbox behind."""
