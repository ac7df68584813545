"""A finished PDF, byte by byte: its objects, its tags, and what a print shop asks of it."""
