"""What this project is measured by: builds, edits, sheets, and others that do the same."""
