"""The generic tools of any resource."""
