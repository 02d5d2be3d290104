"""What the Harvest account answers with."""
