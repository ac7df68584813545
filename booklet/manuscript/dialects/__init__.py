"""Rules for the markup of widespread tools: each module reads one kind, and says what it cannot."""
