"""Parquet as a stream of JSONL bytes, so that its rows pass the same strict reader.

A row becomes one line with its columns in their order; nulls stay null. What JSON lacks becomes
text: dates, times and durations in ISO 8601, decimals in digits, bytes in base64; NaN and infinity
become null. Line numbers are then row numbers. Memory is bounded by the largest row group.
"""

from collections.abc import Iterator

import msgspec
import polars as pl

from afs_engine.data.input_bytes import DamagedInputError
from afs_engine.data.input_open import OpenedInput

_BATCH_ROWS = 8192
_ENCODER = msgspec.json.Encoder()


class ParquetSource:
    """The rows of a Parquet file as JSONL."""

    def __init__(self, opened: OpenedInput) -> None:
        self._parts = _encoded_batches(opened)
        self._ready = bytearray()

    def read(self, size: int) -> bytes:
        while len(self._ready) < size and (part := next(self._parts, b"")):
            self._ready += part
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data


def _encoded_batches(opened: OpenedInput) -> Iterator[bytes]:
    try:
        rows = pl.scan_parquet(opened.path)
        offset = 0
        while (batch := rows.slice(offset, _BATCH_ROWS).collect()).height:
            yield b"".join(_ENCODER.encode(row) + b"\n" for row in batch.iter_rows(named=True))
            offset += batch.height
    except (pl.exceptions.PolarsError, OSError, msgspec.MsgspecError, TypeError) as error:
        reason = str(error).split("\n", 1)[0]
        raise DamagedInputError(f"the Parquet file can't be read: {reason}", "make the file again") from None
