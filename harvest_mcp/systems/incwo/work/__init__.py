"""incwo's toolset incwo_work."""
