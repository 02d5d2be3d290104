"""Generic tools over any resource."""
