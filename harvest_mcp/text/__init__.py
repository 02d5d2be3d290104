"""Records as text, and text compared."""
