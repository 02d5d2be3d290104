"""Search over all kinds of records: what is read, how words match, what the answer says."""
