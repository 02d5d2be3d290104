"""Seeds a new Harvest account with Kestrel Studio's rows."""
