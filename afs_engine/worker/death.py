"""What it means when a process ended without a word: by which signal, by whom, and what to try next.

Pure wording over what was observed. It must not look at any process itself.
"""

import signal

from afs_engine.stages.training.settings import TrainSettings


def name_death(code: int | None, memory_ran_out: bool | None) -> str:
    """E.g. "was ended by SIGKILL: the kernel ran out of memory".

    `code` is that of subprocess (a signal's is negative), None where it is not known.
    """
    if memory_ran_out and code in (None, -signal.SIGKILL):
        return "was ended by SIGKILL: the kernel ran out of memory"
    if code is None or code >= 0:
        return "ended without a result"
    if code == -signal.SIGKILL and memory_ran_out is False:
        return "was ended by SIGKILL: the kernel counted no lack of memory, so a person or a program sent it"
    return f"was ended by {_signal_name(-code)}"


def may_lack_memory(code: int | None, memory_ran_out: bool | None) -> bool:
    """Whether less memory is a next thing to try: SIGABRT is that of a failed allocation."""
    return bool(memory_ran_out) or code in (-signal.SIGKILL, -signal.SIGABRT)


def advise_less_memory(settings: TrainSettings | None) -> str:
    """The smallest change that makes a training need less memory and learn the same."""
    if settings is None:
        return "close other programs, or use fewer or shorter rows"
    size, batches = settings.batch_size, settings.gradient_accumulation_steps
    if size > 1:
        half = size // 2
        more = -(-size * batches // half)
        return f"to need less memory: batch_size = {half} (now {size}), gradient_accumulation_steps = {more}"
    if settings.max_length > 256:
        return f"to need less memory: max_length = {settings.max_length // 2} (now {settings.max_length})"
    return "to need less memory: a smaller base_model"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
