"""Renting a GPU without ever paying more than was said: money, provider, ledger, rentals, machines."""
