"""The sandbox, held to the vendor's contract."""
