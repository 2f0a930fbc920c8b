"""Which lines of a session are on the live branch.

Claude Code logs a tree: every line names its parent, a rewind starts a new branch from an earlier
line, and both branches stay in the file. The live branch is the path from the last line of the
conversation to the root, and what hangs beside that path because calls were made in parallel. Owns
that rule only; knows no turn.

A line without a known parent goes on from the line before it in the file: the one after a compaction,
a hook's note, one whose parent's line was damaged or stayed in another session's file. Only a person's
question that names no parent begins anew: it is a rewind to the very start. A file in which no line
names one is no tree.
"""

from msgspec import Struct

from afs_engine.stages.sources.claude.people import Speaker, identify_speaker
from afs_engine.stages.sources.claude.records import Line

_LEAF_SPEAKERS = frozenset({Speaker.PERSON, Speaker.TOOL, Speaker.INTERRUPT})
_ROOT = -1


class Branches(Struct, frozen=True):
    """The lines to go on with, and how many of the conversation are not among them."""

    lines: list[Line]
    repeated: int = 0
    abandoned: int = 0


def keep_live(lines: list[Line]) -> Branches:
    """Leaves out repeated lines and those of abandoned branches; lines without a uuid stay."""
    tree = [line for line in lines if line.uuid]
    uuids = [line.uuid for line in tree]
    if _is_chain(tree, uuids):
        return Branches(lines)
    positions = {uuid: index for index, uuid in enumerate(uuids)}
    if len(positions) < len(tree):
        unique = _drop_repeated(lines)
        rest = keep_live(unique)
        return Branches(rest.lines, len(lines) - len(unique), rest.abandoned)
    parents = [
        positions.get(line.parent_uuid or line.logical_parent_uuid, index - 1)
        for index, line in enumerate(tree)
    ]
    if any(line.parent_uuid for line in tree):
        for index in [index for index, line in enumerate(tree) if line.parent_uuid is None]:
            if _begins_anew(tree[index]):
                parents[index] = _ROOT
    if parents == list(range(-1, len(tree) - 1)):
        return Branches(lines)
    dead = _find_dead(tree, parents)
    live = [line for line in lines if line.uuid not in dead]
    return Branches(live, 0, len(lines) - len(live))


def _is_chain(tree: list[Line], uuids: list[str | None]) -> bool:
    """Whether every line names the one before it, as in a session without a rewind."""
    parents = [line.parent_uuid for line in tree]
    return parents[:1] == [None] and parents[1:] == uuids[:-1] and len(set(uuids)) == len(uuids)


def find_lost_parents(lines: list[Line]) -> frozenset[str]:
    """The uuids that lines name as their parents and no line has."""
    return frozenset({line.parent_uuid for line in lines if line.parent_uuid} - {line.uuid for line in lines})


def _drop_repeated(lines: list[Line]) -> list[Line]:
    """The first of every uuid."""
    unique: dict[object, Line] = {}
    for index, line in enumerate(lines):
        unique.setdefault(line.uuid or index, line)
    return list(unique.values())


def _begins_anew(line: Line) -> bool:
    is_user = line.type == "user" and line.message is not None and not line.logical_parent_uuid
    return is_user and identify_speaker(line)[0] is Speaker.PERSON


def _find_dead(tree: list[Line], parents: list[int]) -> set[str | None]:
    """The uuids of the conversation's lines that are not live."""
    live = bytearray(len(tree))
    position = next((index for index in reversed(range(len(tree))) if _may_be_leaf(tree[index])), _ROOT)
    while position != _ROOT:
        live[position] = 1
        # A parent that stands after its child is taken for a damaged one, so that the walk ends.
        position = parents[position] if parents[position] < position else position - 1
    beside = [index for index in range(len(tree)) if not live[index] and tree[index].is_conversation]
    _add_parallel_calls(tree, beside, live)
    return {tree[index].uuid for index in beside if not live[index]}


def _may_be_leaf(line: Line) -> bool:
    """Commands of the program itself may hang anywhere in the tree."""
    if line.type != "user":
        return line.type == "assistant"
    return line.message is not None and identify_speaker(line)[0] in _LEAF_SPEAKERS


def _add_parallel_calls(tree: list[Line], beside: list[int], live: bytearray) -> None:
    """Every line of a live response is live, and every result of a live call."""
    messages = [line.message for index, line in enumerate(tree) if live[index] and line.message]
    responses = {message.id for message in messages if message.id}
    for index in beside:
        message = tree[index].message
        if message is not None and message.id in responses:
            live[index] = 1
            messages.append(message)
    calls = {block.id for message in messages for block in message.blocks if block.type == "tool_use"}
    for index in beside:
        message = tree[index].message
        if message is not None and any(block.tool_use_id in calls for block in message.blocks):
            live[index] = 1
