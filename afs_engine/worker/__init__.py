"""Heavy work in a process of its own: the launcher and the worker it starts."""
