"""What must be known of a whole tree's definitions to ask for one of them without doubt.

Knows nothing of wording.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from afs_engine.stages.sources.oracle.asm.definitions import Definition

_SETTING_FILES = 3


class DefinitionBook:
    """Who else bears a name, or has a value.

    `ambiguous` names mean different things in different places; `settings` are the defines that many
    files set for themselves (`!Health`).
    """

    def __init__(self, definitions: Sequence[Definition]) -> None:
        meanings: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        files: defaultdict[str, set[str]] = defaultdict(set)
        values: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for one in definitions:
            meanings[one.name].add(_meaning(one))
            files[one.name].add(one.path)
            values[one.path, one.name].add(one.value)
        common = {name for name, found in files.items() if len(found) >= _SETTING_FILES}
        self.ambiguous = frozenset(name for name, found in meanings.items() if len(found) > 1)
        self.settings = frozenset(name for name in common if name.startswith("!"))
        self._reassigned = {key for key, found in values.items() if len(found) > 1}
        self._bearers = Counter((one.path, one.value) for one in definitions)
        self._told: set[tuple[str, tuple[str, str]]] = set()

    def is_reassigned(self, one: Definition) -> bool:
        """Whether the file gives the name several values, so that none is its meaning."""
        return (one.path, one.name) in self._reassigned

    def is_sole_bearer(self, one: Definition) -> bool:
        """Whether no other name of the file has the same value."""
        return self._bearers[one.path, one.value] == 1

    def tell(self, one: Definition) -> bool:
        """Notes that a definition is told; False when the same was told before, from another line."""
        key = (one.name, _meaning(one))
        if key in self._told and one.name not in self.ambiguous:
            return False
        self._told.add(key)
        return True


def _meaning(one: Definition) -> tuple[str, str]:
    return one.value, one.note or one.header
