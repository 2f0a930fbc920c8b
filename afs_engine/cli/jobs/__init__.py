"""The `jobs` commands: runs and trainings as processes, one file each."""

from afs_engine.cli.lazy import LazyGroup

_HOME = "afs_engine.cli.jobs"
command = LazyGroup(
    name="jobs",
    help="List, watch, pause, stop and resume runs and trainings; they outlive the terminal.",
    table={
        "list": (f"{_HOME}.list", "List the workspace's jobs and how they are."),
        "show": (f"{_HOME}.show", "Show one job: state, place, reason, next step."),
        "attach": (f"{_HOME}.attach", "Watch a job live; Ctrl-C leaves it running."),
        "pause": (f"{_HOME}.pause", "Hold a job; its CPU is free, its memory stays taken."),
        "stop": (f"{_HOME}.stop", "Stop a job; a training saves a checkpoint first."),
        "resume": (f"{_HOME}.resume", "Go on with a run that was paused, stopped, killed or failed."),
        "logs": (f"{_HOME}.logs", "Show what a job said, the latest last."),
    },
)
