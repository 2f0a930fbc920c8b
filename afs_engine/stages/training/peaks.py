"""The most memory this process has held. Knows the operating system's counter and nothing else."""

import resource
import sys


def peak_rss_bytes() -> int:
    """The most memory this process has held; getrusage counts KiB, on macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
