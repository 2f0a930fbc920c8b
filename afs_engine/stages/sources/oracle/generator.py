"""The generator of the `oracle` source: a tree of assembly and docs to training samples.

Owns the order of the samples, what counts as a duplicate, and the count of every record. Knows nothing
of how a file is read.
"""

from collections.abc import Iterator
from pathlib import Path

from afs_engine.data.records import RecordCounts
from afs_engine.data.sample import TrainingSample
from afs_engine.stages.sources.generator import BaseGenerator
from afs_engine.stages.sources.oracle.asm.constants import constant_records
from afs_engine.stages.sources.oracle.asm.definitions import read_definitions
from afs_engine.stages.sources.oracle.asm.listing import scan
from afs_engine.stages.sources.oracle.asm.macros import macro_records
from afs_engine.stages.sources.oracle.asm.routines import routine_records
from afs_engine.stages.sources.oracle.docs.documents import document_records
from afs_engine.stages.sources.oracle.draft import Draft, Record
from afs_engine.stages.sources.oracle.tree import SourceTree, read_tree

__all__ = ["OracleGenerator"]


class OracleGenerator(BaseGenerator):
    """Samples of a ROM hack's tree, in the domains docs, lookup, memory, quest, architecture, asm, constants.

    `domain_prefix` is put before each (`oracle_docs`). After `generate` is through, `counts` tells what
    became of every record of the tree. The tree is read once, when `generate` starts; it raises
    InputError when there is nothing to read.
    """

    def __init__(self, root: Path, *, domain_prefix: str = "oracle") -> None:
        super().__init__(name="oracle", domain=domain_prefix)
        self.root = root
        self.counts = RecordCounts()

    def generate(self) -> Iterator[TrainingSample]:
        """Every sample; same tree, same samples, in the same order."""
        tree = read_tree(self.root)
        for path, reason in tree.unread:
            self.counts.read += 1
            self.counts.skip(f"{reason} ({path})")
        asked: dict[str, set[str]] = {}
        for record in _records(tree):
            self.counts.read += record.size
            if record.skipped:
                self.counts.skip(record.skipped, record.size)
                continue
            fresh = [draft for draft in record.drafts if draft.output not in asked.get(draft.instruction, ())]
            for draft in fresh:
                asked.setdefault(draft.instruction, set()).add(draft.output)
                yield self._sample(draft, asked)
            self._count(record, len(fresh))

    def _count(self, record: Record, samples: int) -> None:
        if samples:
            self.counts.used += record.size
            self.counts.samples += samples
        else:
            self.counts.skip("duplicate", record.size)

    def _sample(self, draft: Draft, asked: dict[str, set[str]]) -> TrainingSample:
        """The sample of a draft; a question that has another answer already names its file, then its line."""
        instruction = draft.instruction
        if len(asked[instruction]) > 1:
            instruction = f"{draft.instruction} (`{draft.source}`)"
            if draft.source in draft.instruction or instruction in asked:
                instruction = f"{draft.instruction} (`{draft.source}`, line {draft.line})"
            asked.setdefault(instruction, set()).add(draft.output)
        return TrainingSample(
            instruction=instruction,
            output=draft.output,
            domain=f"{self.domain}_{draft.domain}",
            source=draft.source,
            group=draft.group,
            metadata={"kind": draft.kind, "name": draft.name, "line": draft.line} | draft.extra,
        )


def _records(tree: SourceTree) -> Iterator[Record]:
    """Documents first, then routines and macros file by file, then the definitions of all files."""
    for document in tree.documents:
        yield from document_records(document)
    listings = [scan(source) for source in tree.assembly]
    for listing in listings:
        yield from routine_records(listing)
        yield from macro_records(listing)
    yield from constant_records([one for listing in listings for one in read_definitions(listing)])
