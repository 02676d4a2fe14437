"""What a good figure holds; each module is one kind of law, from a survey of the figure to what breaks it."""
