"""The fields of each record in v2, in the recorded order, and how they are read and written."""
