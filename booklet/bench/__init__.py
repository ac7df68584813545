"""What the press is measured by: builds, edits, sheets, and others that do the same."""
