"""All that only saves work: what is kept from one build to the next, and guessed ahead."""
