"""What a model answers: generated answers against the expected ones, and question suites."""
