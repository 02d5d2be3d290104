"""incwo's toolset incwo_sales."""
