"""Files that tools produce: naming, writing and handing them over."""
