"""Chats with coding agents, whoever the vendor: the neutral model, how turns become samples, discovery."""
