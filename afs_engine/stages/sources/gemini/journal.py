"""Replaying the journal of a `.jsonl` session: updates, rewinds, snapshots.

Owns which messages are left at the end and what became of the others. A message written again under
its id replaces the earlier one; `$rewindTo` takes a message and all after it back, or everything when
its id is unknown; a snapshot in `$set` replaces all. Knows no turn.
"""

from collections.abc import Iterable

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.lines import count_unknown
from afs_engine.stages.sources.gemini.records import Message, Record, Session


class Journal:
    """`apply` every line; then `messages` are those left, each counted once as read."""

    def __init__(self, counts: RecordCounts) -> None:
        self.session = Session()
        self._counts = counts
        self._messages: dict[str, Message] = {}

    @property
    def messages(self) -> list[Message]:
        """The messages left, in order."""
        return list(self._messages.values())

    def apply(self, record: Record) -> None:
        """Takes one line; lines that are no message are counted as bookkeeping."""
        if record.rewind_to is not None:
            self._counts.skip("bookkeeping")
            self._rewind(record.rewind_to)
        elif record.id is not None:
            if record.id in self._messages:
                self._counts.skip("updated later")
            self._messages[record.id] = record
        elif record.change is not None or record.session_id is not None:
            self._counts.skip("bookkeeping")
            self._update(record.change or Session(record.session_id, record.start_time, record.kind))
        else:
            count_unknown(self._counts, record.type)

    def _rewind(self, target: str) -> None:
        ids = list(self._messages)
        dropped = ids[ids.index(target) :] if target in self._messages else ids
        for message_id in dropped:
            del self._messages[message_id]
        if dropped:
            self._counts.skip("rewound", len(dropped))

    def _update(self, change: Session) -> None:
        self.session.session_id = change.session_id or self.session.session_id
        self.session.start_time = change.start_time or self.session.start_time
        self.session.kind = change.kind or self.session.kind
        if change.messages is not None:
            self._replace_all(change.messages)

    def _replace_all(self, messages: Iterable[Message]) -> None:
        """Messages that only the snapshot has count as read; those it lacks, as replaced."""
        before = self._messages
        self._messages = {message.id: message for message in messages if message.id is not None}
        self._counts.read += sum(1 for message_id in self._messages if message_id not in before)
        gone = sum(1 for message_id in before if message_id not in self._messages)
        if gone:
            self._counts.skip("replaced by a snapshot", gone)
