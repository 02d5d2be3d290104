"""Files of contacts from other programs: bytes to text, tables to rows, vCards to rows."""
