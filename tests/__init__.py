"""The tests: the real client in front, the sandbox behind."""
