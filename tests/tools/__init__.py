"""The tools, as a real client meets them."""
