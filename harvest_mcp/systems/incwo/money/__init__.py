"""The toolset incwo_money."""
