"""Named settings: those that the training guide recommends for a base, whole.

Owns the names and values. A setting that a person gives beside a preset wins over it.
"""

from typing import Any

PRESETS: dict[str, dict[str, Any]] = {
    "qwen2.5-coder-3b": {  # the guide: fast iteration, about 12 GB
        "base_model": "unsloth/Qwen2.5-Coder-3B-Instruct-bnb-4bit",
        "epochs": 3,
        "batch_size": 4,
        "learning_rate": 2e-4,
        "gradient_accumulation_steps": 4,
    },
    "qwen2.5-coder-7b": {  # the guide: the best balance, about 20 GB
        "base_model": "unsloth/Qwen2.5-Coder-7B-Instruct-bnb-4bit",
        "epochs": 3,
        "batch_size": 2,
        "learning_rate": 1e-5,
        "gradient_accumulation_steps": 8,
    },
}
