"""Training and evaluating an adapter in a worker process."""
