"""incwo's toolset incwo_money."""
