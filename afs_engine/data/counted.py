"""Counts in words, as messages tell them. Knows no result."""


def counted(number: int, noun: str) -> str:
    """`1 row`, `2,345 rows`; `noun` is the singular, to which an s is added."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
