"""JSON: the wire of Harvest v2."""
