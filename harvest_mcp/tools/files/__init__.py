"""Files that tools make: what is in them is another module's; where they go is said here."""
