"""The names a tree defines: what a scorer may take for known.

Knows nothing of samples.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from afs_engine.stages.sources.oracle.asm.definitions import read_definitions, resolve_addresses
from afs_engine.stages.sources.oracle.asm.listing import scan
from afs_engine.stages.sources.oracle.tree import read_tree

_ORG_LABEL = re.compile(r"^org\s+\$(?P<address>[0-9A-Fa-f]{6})\s*:\s*(?P<name>[A-Za-z_]\w*):", re.I)


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """`addresses`: symbol, variable or struct field to the number it stands for, read-only, sorted by name.

    `labels`: labels of code and data, parts of routines included. `defines`: names with their `!`.
    """

    addresses: Mapping[str, int]
    labels: frozenset[str]
    defines: frozenset[str]


def read_symbols(root: Path) -> SymbolTable:
    """All names of the tree at `root`. Raises InputError as reading the tree does."""
    listings = [scan(source) for source in read_tree(root).assembly]
    definitions = [one for listing in listings for one in read_definitions(listing)]
    addresses = resolve_addresses(definitions)
    labels: set[str] = set()
    for listing in listings:
        for label in listing.labels:
            labels |= {label.name, *(part.name for part in label.parts)}
        for line in listing.lines:
            placed = _ORG_LABEL.match(line.statement)
            if placed:
                labels.add(placed["name"])
                addresses[placed["name"]] = int(placed["address"], 16)
    return SymbolTable(
        addresses=MappingProxyType(dict(sorted(addresses.items()))),
        labels=frozenset(labels),
        defines=frozenset(one.name for one in definitions if one.kind == "define"),
    )
