"""The way to a vendor, over real sockets on loopback."""
