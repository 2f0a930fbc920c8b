"""What a training will need before it starts: memory by part, tokens, steps, time and money."""
