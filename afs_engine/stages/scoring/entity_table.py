"""What a person's source tree defines, as the entity component looks it up. Knows nothing of texts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntityTable:
    """What a person's source tree defines: 24-bit `addresses`; `symbols`, defines with their `!`.

    An empty table means that no tree was read. Then symbols and cartridge addresses, which only a
    tree can tell known from unknown, are no entities.
    """

    addresses: frozenset[int] = frozenset()
    symbols: frozenset[str] = frozenset()
