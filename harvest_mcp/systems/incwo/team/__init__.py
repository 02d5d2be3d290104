"""The toolset incwo_team."""
