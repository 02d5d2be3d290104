"""How each record is spelled in v2: its fields in the order they were recorded, and how they are read and written."""
