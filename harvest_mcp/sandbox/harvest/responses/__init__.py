"""The response bodies of the Harvest account."""
