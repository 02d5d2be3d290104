"""The toolset incwo_work."""
