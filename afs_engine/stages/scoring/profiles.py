"""The named scoring profiles, and how a name is looked up.

Owns the built-in three (DESIGN.md section 4). Knows nothing of where a custom profile was written.
"""

from collections.abc import Mapping
from types import MappingProxyType

from afs_engine.errors import UsageError, nearest_hint
from afs_engine.stages.scoring.config import ScoringConfig, ScoringWeights

BUILT_IN_PROFILES: Mapping[str, ScoringConfig] = MappingProxyType(
    {
        "generic": ScoringConfig(),
        "asm": ScoringConfig(weights=ScoringWeights(electra=0.4, asar=0.3, entity=0.2, length=0.1)),
        "dialogue": ScoringConfig(
            weights=ScoringWeights(electra=0.0, asar=0.0, entity=0.4, length=0.6),
            min_output_length=20,
            ideal_output_length=200,
            max_output_length=2000,
        ),
    }
)


def find_profile(name: str, custom: Mapping[str, ScoringConfig] | None = None) -> ScoringConfig:
    """The profile called `name`; one of `custom` wins over a built-in of the same name.

    Raises UsageError, with the nearest name, where there is none.
    """
    profiles = {**BUILT_IN_PROFILES, **(custom or {})}
    if name not in profiles:
        raise UsageError(f"no scoring profile '{name}'", hint=nearest_hint(name, list(profiles)))
    return profiles[name]
