"""Running a recipe: its text, its plan, its steps, its run folder. Knows stages, not faces."""
