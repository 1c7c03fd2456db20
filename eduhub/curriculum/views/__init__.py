"""Pages of the curriculum, and its data for other programs."""
