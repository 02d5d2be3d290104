"""The Harvest account over API v1: its rows, rules and response bodies, era by era."""
