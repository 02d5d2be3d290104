"""The rows of Kestrel Studio's account, as tables."""
