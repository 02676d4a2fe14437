"""Proposals where the layers of a net run: as a pipeline, or as towers. Imported when a placement is asked for."""
