"""A stand-in for the provider: the same REST, on a simulated or real clock, with faults from a seeded plan.

For the tests, and for looking around without an account (`--demo`). Nothing else imports it.
"""
