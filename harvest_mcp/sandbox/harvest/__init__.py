"""The Harvest account: its rows, its rules and its bodies, era by era."""
