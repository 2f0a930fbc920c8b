"""The `training` commands of the guide, one file each."""

from afs_engine.cli.lazy import LazyGroup

_HOME = "afs_engine.cli.training"
command = LazyGroup(
    name="training",
    help="Export, mix, split, convert, train, evaluate, register.",
    table={
        "memory-export": (f"{_HOME}.memory_export", "Notes under a folder to samples."),
        "history-export": (f"{_HOME}.history_export", "Event logs of earlier sessions to samples."),
        "oracle-export": (f"{_HOME}.oracle_export", "An assembly source tree and its docs to samples."),
        "claude-export": (f"{_HOME}.claude_export", "Claude Code sessions to samples."),
        "codex-export": (f"{_HOME}.codex_export", "Codex CLI sessions to samples."),
        "gemini-export": (f"{_HOME}.gemini_export", "Gemini CLI sessions to samples."),
        "antigravity-export": (f"{_HOME}.antigravity_export", "Antigravity sessions to samples."),
        "redact": (f"{_HOME}.redact", "Replace secrets and personal data in a file."),
        "validate": (f"{_HOME}.validate", "Check a JSONL file; part its good rows from its bad ones."),
        "analyze": (f"{_HOME}.analyze", "Show what is in files: domains, lengths, scores, copies."),
        "rehearsal-build": (f"{_HOME}.rehearsal_build", "Keep the best rows of an earlier version."),
        "rehearsal-mix": (f"{_HOME}.rehearsal_mix", "Mix a rehearsal buffer with new data."),
        "rehearsal-plan": (f"{_HOME}.rehearsal_plan", "Try rehearsal ratios on short trainings."),
        "rebalance": (f"{_HOME}.rebalance", "Draw rows in the shares asked for."),
        "prepare": (f"{_HOME}.prepare", "Split a file into train, val and test."),
        "convert": (f"{_HOME}.convert", "Write a file in a trainer's format."),
        "train": (f"{_HOME}.train", "Train an adapter on a file."),
        "forecast": (f"{_HOME}.forecast", "Tell memory, steps, time and price before training."),
        "evaluate": (f"{_HOME}.evaluate", "Measure an adapter's loss on a file."),
        "export": (f"{_HOME}.export", "Merge an adapter into its base; write GGUF."),
        "compare": (f"{_HOME}.compare", "Compare models on the same rows, with intervals."),
        "registry-create": (f"{_HOME}.registry_create", "Register an experiment."),
        "registry-list": (f"{_HOME}.registry_list", "List registered experiments."),
        "registry-info": (f"{_HOME}.registry_info", "Show one registered experiment."),
        "registry-compare": (f"{_HOME}.registry_compare", "Show experiments side by side."),
        "registry-lineage": (f"{_HOME}.registry_lineage", "Follow an experiment back to its sources."),
        "registry-promote": (f"{_HOME}.registry_promote", "Make a version the one in use."),
        "registry-rollback": (f"{_HOME}.registry_rollback", "Bring back the version in use before."),
        "registry-tag": (f"{_HOME}.registry_tag", "Add or remove tags of an experiment."),
        "registry-note": (f"{_HOME}.registry_note", "Add a note to an experiment."),
        "registry-report": (f"{_HOME}.registry_report", "Tell trackio or MLflow of an experiment."),
        "registry-rebuild": (f"{_HOME}.registry_rebuild", "Make a damaged or lost registry whole."),
    },
)
