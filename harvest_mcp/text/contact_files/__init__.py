"""Files of contacts as programs write them: bytes as text, tables as rows, vCards as rows."""
