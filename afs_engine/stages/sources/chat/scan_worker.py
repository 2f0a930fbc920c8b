"""A worker process of a scan: units in on stdin, their counts out on stdout, both as one msgpack value.

Owns this exchange. It is exec'd, never imported by the program.
"""

import os
import sys
from pathlib import Path

import msgspec

from afs_engine.stages.sources.chat.generator import ChatGenerator
from afs_engine.stages.sources.chat.unit_scan import COUNT_ONLY, PackedUnit, count_unit
from afs_engine.stages.sources.chat_logs import open_chat_logs


def main() -> None:
    """Counts every unit in its order."""
    units = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[PackedUnit])
    generators: dict[tuple[str, bytes], ChatGenerator] = {}
    counts = []
    for packed in units:
        key = (packed.vendor, packed.root)
        if key not in generators:
            generators[key] = open_chat_logs(packed.vendor, Path(os.fsdecode(packed.root)), COUNT_ONLY)
        counts.append(count_unit(generators[key], packed.unpack()))
    sys.stdout.buffer.write(msgspec.msgpack.encode(counts))


if __name__ == "__main__":
    main()
