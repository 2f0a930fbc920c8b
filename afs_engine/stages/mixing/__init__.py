"""Mixing what is new with what must not be forgotten: rehearsal and balance."""
