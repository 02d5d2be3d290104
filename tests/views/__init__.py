"""The views beside answers, in a real browser."""
