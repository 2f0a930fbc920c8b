"""What this machine and a job's process tree use now, for a face's gauges.

Light: psutil only. A look costs some milliseconds; shares of a CPU need two looks, so a meter keeps the
one before.
"""

from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class MachineUse:
    """Shares are of all CPUs (0 to 1): None at the first look. Tree figures: None without such a process."""

    cpu_share: float | None
    memory_used_bytes: int
    memory_total_bytes: int
    tree_cpu_share: float | None
    tree_rss_bytes: int | None
    tree_processes: int


class MachineMeter:
    """Looks again and again; the first look at a process tells no CPU share of it."""

    def __init__(self) -> None:
        self._processes: dict[int, psutil.Process] = {}
        self._has_looked = False

    def look(self, pid: int | None) -> MachineUse:
        """The use now, with that of `pid` and its children."""
        memory = psutil.virtual_memory()
        cpu_share = psutil.cpu_percent(None) / 100
        processes = self._tree(pid)
        shares, sizes = [], []
        for process in processes:
            try:
                shares.append(process.cpu_percent(None))
                sizes.append(process.memory_info().rss)
            except psutil.Error:
                continue
        had_looked, self._has_looked = self._has_looked, True
        return MachineUse(
            cpu_share=cpu_share if had_looked else None,
            memory_used_bytes=memory.total - memory.available,
            memory_total_bytes=memory.total,
            tree_cpu_share=sum(shares) / 100 / (psutil.cpu_count() or 1) if sizes else None,
            tree_rss_bytes=sum(sizes) if sizes else None,
            tree_processes=len(sizes),
        )

    def _tree(self, pid: int | None) -> list[psutil.Process]:
        """The processes of the tree; known ones are kept, because they remember the look before."""
        if pid is None:
            self._processes.clear()
            return []
        try:
            root = self._processes.get(pid) or psutil.Process(pid)
            found = [root, *root.children(recursive=True)]
        except psutil.Error:
            self._processes.clear()
            return []
        self._processes = {each.pid: self._processes.get(each.pid, each) for each in found}
        return list(self._processes.values())
