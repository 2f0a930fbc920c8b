"""Replaying the journal of a `.jsonl` session: updates, rewinds, snapshots.

Owns which messages are left at the end and what became of the others. A message written again under
its id replaces the earlier one; `$rewindTo` takes a message and all after it back, or everything when
its id is unknown; a snapshot in `$set` replaces all. Knows no turn.
"""

from collections.abc import Iterable

from afs_engine.data.records import RecordCounts
from afs_engine.stages.sources.chat.lines import count_unknown
from afs_engine.stages.sources.gemini.records import Message, Record, Session

_TOUCH = Session()  # a change of nothing that matters here, such as the time of the last update
DAMAGE = Message()
"""Stands among the messages where a line was lost."""


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

    def apply(self, records: Iterable[Record]) -> None:
        """Takes the lines that come next; those that are no message are counted as bookkeeping."""
        messages = self._messages
        changes = updates = 0
        for record in records:
            if record.id is not None:
                if messages.setdefault(record.id, record) is not record:
                    messages[record.id] = record
                    updates += 1
            elif record.change == _TOUCH:
                changes += 1
            else:
                changes += self._apply_change(record)
                messages = self._messages
        for reason, count in (("updated later", updates), ("bookkeeping", changes)):
            if count:
                self._counts.skip(reason, count)

    def _apply_change(self, record: Record) -> bool:
        """False, and counted as unknown, where the line is nothing that the journal knows."""
        if record.change is not None:
            self._update(record.change)
        elif record.rewind_to is not None:
            self._rewind(record.rewind_to)
        elif record.session_id is not None:
            self._update(Session(record.session_id, record.start_time, record.kind))
        else:
            count_unknown(self._counts, record.type)
            return False
        return True

    def mark_damage(self) -> None:
        """Remembers that a line was lost here."""
        self._messages[f"damage {len(self._messages)}"] = DAMAGE

    def _rewind(self, target: str) -> None:
        ids = list(self._messages)
        dropped = ids[ids.index(target) :] if target in self._messages else ids
        self._skip_all(dropped, "rewound")

    def _update(self, change: Session) -> None:
        self.session.session_id = change.session_id or self.session.session_id
        self.session.start_time = change.start_time or self.session.start_time
        self.session.kind = change.kind or self.session.kind
        if change.messages is not None:
            self._replace_all(change.messages)

    def _replace_all(self, messages: Iterable[Message]) -> None:
        """Messages that only the snapshot has count as read; those it lacks, as replaced."""
        snapshot = {message.id: message for message in messages if message.id is not None}
        self._counts.read += sum(1 for message_id in snapshot if message_id not in self._messages)
        self._skip_all([old for old in self._messages if old not in snapshot], "replaced by a snapshot")
        self._messages = snapshot

    def _skip_all(self, ids: Iterable[str], reason: str) -> None:
        for message_id in ids:
            if self._messages.pop(message_id) is not DAMAGE:
                self._counts.skip(reason)
