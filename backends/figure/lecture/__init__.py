"""What a lecture needs of figures: differences marked, build-ups, and whole talks."""
