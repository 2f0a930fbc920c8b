"""Which addresses of the console are documented, and which only a person's own source tree explains.

Owns the SNES memory map, as hardware manuals and fullsnes list it. Knows nothing of texts.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_WRAM_BANKS = slice(0x7E, 0x80)
_SYSTEM_RANGES = (
    (0x0000, 0x2000),  # the first 8 KiB of work RAM, mirrored into every system bank
    (0x2100, 0x2140),  # picture processing unit
    (0x2140, 0x2144),  # sound processor ports
    (0x2180, 0x2184),  # work RAM data and address ports
    (0x4016, 0x4018),  # serial joypads
    (0x4200, 0x4220),  # interrupt, arithmetic, DMA enable and joypad registers
    (0x4300, 0x4380),  # DMA channels 0-7
)
_SYSTEM_BANKS = (slice(0x00, 0x40), slice(0x80, 0xC0))
_CARTRIDGE_START = 0x8000


@dataclass(frozen=True, slots=True)
class AddressMap:
    """Two tables over bank-less 16-bit addresses and two over 24-bit ones, all boolean.

    `judged` says whether an address can be told known from unknown at all: what lies in the
    cartridge's own space (ROM, save RAM) can't without the addresses of a source tree.
    """

    known_short: NDArray[np.bool_]
    known_long: NDArray[np.bool_]
    cartridge_judged: bool

    def is_known(self, values: NDArray[np.int32], is_short: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Per address whether it is documented or in the person's table; shape of `values`."""
        return np.where(is_short, self.known_short[values & 0xFFFF], self.known_long[values])

    def is_judged(self, values: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Per address whether known or unknown can be said; shape of `values`."""
        if self.cartridge_judged:
            return np.ones(values.shape, np.bool_)
        bank = values >> 16
        in_console: NDArray[np.bool_] = ((bank & 0x40) == 0) & ((values & 0xFFFF) < _CARTRIDGE_START)
        in_console |= (bank == 0x7E) | (bank == 0x7F)
        return in_console


@lru_cache(maxsize=4)
def map_addresses(own: frozenset[int]) -> AddressMap:
    """The documented map plus a person's `own` 24-bit addresses (16-bit ones are in bank $00).

    An address written without its bank is known when any bank holds it; one written with it also in
    the mirror 128 banks away, where fast ROM repeats the slow one.
    """
    known = np.zeros((0x100, 0x10000), np.bool_)  # untouched pages cost no memory
    for banks in _SYSTEM_BANKS:
        for low, high in _SYSTEM_RANGES:
            known[banks, low:high] = True
    known[_WRAM_BANKS] = True
    known_short = known[0].copy()
    if own:
        addresses = np.fromiter((address & 0xFFFFFF for address in sorted(own)), np.int64, len(own))
        known.reshape(-1)[addresses] = True
        mirrored = addresses[(addresses >> 17 & 0x3F) != 0x3F]  # $7E-$7F and $FE-$FF hold different things
        known.reshape(-1)[mirrored ^ 0x800000] = True
        known_short[addresses & 0xFFFF] = True
    return AddressMap(known_short, known.reshape(-1), bool(own))
