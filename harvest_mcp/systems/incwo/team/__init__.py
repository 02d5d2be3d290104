"""incwo's toolset incwo_team."""
