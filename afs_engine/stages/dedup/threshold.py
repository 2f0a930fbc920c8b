"""The arithmetic of a Jaccard threshold: what two sets of given sizes must share to reach it.

Pure integer arithmetic over arrays of set sizes (int64); a threshold is held as a fraction, so that 0.8 of
5 is exactly 4. The bounds are those of the prefix filter (Bayardo, Ma, Srikant, "Scaling up all pairs
similarity search", WWW 2007; Xiao et al., "Efficient similarity joins for near duplicate detection", WWW
2008), with a prefix that is longer than the least by 1/16 of the set, so that more than one shared shingle
can be asked for before two sets are compared.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from afs_engine.errors import UsageError

Sizes = NDArray[np.int64]

_EXTRA_PREFIX = 16
_FINEST_DENOMINATOR = 10_000


@dataclass(frozen=True)
class Threshold:
    """A Jaccard similarity of `part / whole`; sets of sizes a and b that share s reach s / (a + b - s)."""

    part: int
    whole: int

    @classmethod
    def of(cls, similarity: float) -> "Threshold":
        """The threshold written as `similarity` (above 0, at most 1), or UsageError."""
        if not 1 / _FINEST_DENOMINATOR <= similarity <= 1:
            raise UsageError(f"a Jaccard threshold is above 0 and at most 1, not {similarity}")
        fraction = Fraction(str(similarity)).limit_denominator(_FINEST_DENOMINATOR)
        return cls(fraction.numerator, fraction.denominator)

    def reached(self, shared: Sizes, a: Sizes, b: Sizes) -> NDArray[np.bool_]:
        """Whether the similarity is at least the threshold."""
        return shared * (self.part + self.whole) >= self.part * (a + b)

    def sizes_allow(self, a: Sizes, b: Sizes) -> NDArray[np.bool_]:
        """Whether sets of these sizes can reach the threshold at all."""
        return (a * self.whole >= b * self.part) & (b * self.whole >= a * self.part)

    def smallest_partner(self, sizes: Sizes) -> Sizes:
        """The size of the smallest set that can reach the threshold; also the least shared with any."""
        return -(-self.part * sizes // self.whole)

    def prefix_sizes(self, sizes: Sizes) -> Sizes:
        """How many of a set's rarest shingles have to be looked up to meet every partner."""
        return sizes - self._rest_sizes(sizes)

    def least_prefix_shared(self, sizes: Sizes) -> Sizes:
        """How many shingles of its prefix a set of this size shares with any partner's prefix, at least."""
        return 1 + self.smallest_partner(sizes) // _EXTRA_PREFIX

    def enough_prefix_shared(self, shared: Sizes, a: Sizes, b: Sizes) -> NDArray[np.bool_]:
        """Whether sets whose prefixes share this many can reach the threshold.

        Of the two prefixes one ends first in the common order: whatever its set shares beyond the
        prefixes lies in that set's rest, so all that is shared is at most `shared` + the larger rest.
        """
        at_most = shared + np.maximum(self._rest_sizes(a), self._rest_sizes(b))
        return self.reached(at_most, a, b)

    def _rest_sizes(self, sizes: Sizes) -> Sizes:
        rest: Sizes = np.maximum(self.smallest_partner(sizes) - 1 - sizes // _EXTRA_PREFIX, 0)
        return rest
