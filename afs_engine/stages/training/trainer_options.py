"""Our settings in the words of trl and peft. Imports trl: only the trl backend may import this."""

import math
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig
from trl import SFTConfig

from afs_engine.stages.training.settings import ALL_LINEAR, TrainSettings


def sft_options(settings: TrainSettings, folder: Path, steps: int) -> Any:
    """trl's options. It prepares no data, keeps no pace and reports nowhere: we do."""
    on_gpu = torch.cuda.is_available()
    return SFTConfig(
        output_dir=str(folder),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch_size,
        gradient_accumulation_steps=settings.gradient_accumulation_steps,
        learning_rate=settings.chosen_learning_rate(),
        lr_scheduler_type="cosine",
        neftune_noise_alpha=settings.neftune_alpha,
        warmup_steps=math.ceil(steps * settings.warmup_share),
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
        packing=False,
        remove_unused_columns=False,
        seed=settings.seed,
        use_cpu=not on_gpu,
        bf16=on_gpu,
        gradient_checkpointing=settings.on_device(on_gpu).gradient_checkpointing,
        logging_strategy="no",
        eval_strategy="no",
        save_strategy="no",
        logging_nan_inf_filter=False,
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=on_gpu,
    )


def lora_options(settings: TrainSettings) -> Any:
    """The adapter's shape."""
    every = settings.lora_targets == (ALL_LINEAR,)
    return LoraConfig(
        r=settings.lora_r,
        lora_alpha=settings.lora_alpha,
        lora_dropout=settings.lora_dropout,
        target_modules=ALL_LINEAR if every else list(settings.lora_targets),
        task_type="CAUSAL_LM",
    )
