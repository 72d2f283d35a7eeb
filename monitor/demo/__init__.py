"""The demonstration: published national figures, and synthetic submissions of the reporting units, marked as such."""
