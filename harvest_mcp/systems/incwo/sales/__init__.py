"""The toolset incwo_sales."""
