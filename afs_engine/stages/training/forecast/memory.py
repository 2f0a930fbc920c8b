"""What a training holds in memory at its peak, part by part.

Pure arithmetic from the base's shape, the settings and the largest batch. The counts of what is kept
for the backward pass are those of transformers' Llama-like layers under PEFT and trl's chunked loss,
checked by counting saved tensors on a CPU; what a training measured corrects them (`measured`).
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from afs_engine.stages.training.forecast.architecture import Architecture
from afs_engine.stages.training.forecast.bands import Band, add, around, exactly, larger
from afs_engine.stages.training.freed_memory import KEPT_BYTES
from afs_engine.stages.training.settings import TrainSettings

Device = Literal["cpu", "cuda"]
_MIB = 1 << 20
_RUNTIME = {"cpu": Band(low=400 * _MIB, expected=550 * _MIB, high=1000 * _MIB)}  # the packages themselves
_RUNTIME["cuda"] = Band(low=300 * _MIB, expected=600 * _MIB, high=1100 * _MIB)  # the CUDA context
_LOSS_TOKENS, _LOSS_WORDS = 4096, 32_768  # the tile of trl's chunked loss
_LOSS_COPIES = {"cpu": 8.3, "cuda": 3.0}  # of that tile in the backward pass; on a GPU a kernel needs few
_FORWARD_LOSS_COPIES = 4.2  # on a CPU, of the tile in the forward pass
_DROPOUT_COPIES = {"cpu": 2.0, "cuda": 1.5}  # the input as dropped, and the mask: as wide, or a byte each
_RETAINED = {"cpu": 1.8, "cuda": 0.5}  # of every module's output, freed but not given back by the allocator
_CHECK_LOGITS_BYTES = 256 << 20  # a validation batch's logits (`token_loss`), ...
_CHECK_TOKENS = 4096
_CHECK_COPIES = 3  # ... their logarithms and the copy these are made from
_FOUR_BIT_BYTES = 0.56  # a weight and its share of NF4's block scales


class MemoryForecast(BaseModel):
    """Bytes by part. `runtime` is what the packages take before a model is loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    runtime: Band
    weights: Band
    adapter: Band
    gradients: Band
    optimizer: Band
    activations: Band
    logits: Band

    @property
    def parts(self) -> dict[str, Band]:
        return {name: getattr(self, name) for name in type(self).model_fields}

    @property
    def work(self) -> Band:
        """All but the runtime."""
        return add(band for name, band in self.parts.items() if name != "runtime")

    @property
    def model(self) -> Band:
        """What follows from base and adapter alone, whatever the batch."""
        return add([self.weights, self.adapter, self.gradients, self.optimizer])

    @property
    def total(self) -> Band:
        return add(self.parts.values())


def forecast_training_memory(
    shape: Architecture, settings: TrainSettings, batch_tokens: Band, checked_tokens: float, device: Device
) -> MemoryForecast:
    """The device's memory (RAM for "cpu", VRAM for "cuda") that `batch_tokens` at once take.

    `checked_tokens` are those of the validation rows, 0 without any.
    """
    number_bytes = 4 if device == "cpu" else 2
    adapter = shape.adapter_parameters(settings.lora_r, settings.lora_targets)
    activations = batch_tokens.times(_activation_numbers(shape, settings, device) * number_bytes)
    if device == "cpu":
        activations = add([activations, _retained_bytes(shape, batch_tokens)])
    trained = _loss_bytes(shape, batch_tokens, device)
    checked = _check_bytes(shape, checked_tokens)
    extra = Band(  # a validation batch needs no activations: it counts where it is larger than both
        low=max(0, checked.low - activations.high),
        expected=max(0, checked.expected - activations.expected),
        high=max(0, checked.high - activations.low),
    )
    return MemoryForecast(
        runtime=_RUNTIME[device],
        weights=around(_weight_bytes(shape, settings, number_bytes), 0.97, 1.1),
        adapter=exactly(4 * adapter),
        gradients=exactly(4 * adapter),
        optimizer=exactly(8 * adapter),
        activations=Band(
            low=activations.low * 0.7, expected=activations.expected, high=activations.high * 1.35
        ),
        logits=larger(trained, extra),
    )


def forecast_host_memory(shape: Architecture, settings: TrainSettings) -> MemoryForecast:
    """RAM beside a GPU: the packages with CUDA, and the weights on their way through."""
    weights = _weight_bytes(shape, settings, 2)
    none = exactly(0)
    return MemoryForecast(
        runtime=Band(low=1500 * _MIB, expected=2500 * _MIB, high=4500 * _MIB),
        weights=Band(low=0, expected=weights * 0.3, high=weights),
        adapter=none,
        gradients=none,
        optimizer=none,
        activations=none,
        logits=none,
    )


def _weight_bytes(shape: Architecture, settings: TrainSettings, number_bytes: int) -> float:
    if settings.load_in_4bit or shape.four_bit:
        return shape.linear_parameters * _FOUR_BIT_BYTES + shape.embedding_parameters * number_bytes
    return shape.parameters * number_bytes


def _activation_numbers(shape: Architecture, settings: TrainSettings, device: Device) -> float:
    """Numbers kept for each token until the backward pass reaches it, over all layers."""
    layer = _layer_numbers(shape, settings, device)
    ends = 4 * shape.hidden  # the last norm, and the hidden states that the loss is made from
    if settings.gradient_checkpointing:
        return shape.layers * shape.hidden + layer + ends
    return shape.layers * layer + ends


def _layer_numbers(shape: Architecture, settings: TrainSettings, device: Device) -> float:
    """Numbers kept for each token in one layer.

    Both norms keep their input and their output in 32 bits; attention keeps queries, keys, values
    (repeated to all heads) and its result; the gated feed-forward keeps gate, its activation, the
    other branch and their product. With dropout every adapted module has its own input and mask.
    """
    width = shape.heads * shape.head_size
    attention = 4 * width + (width if settings.lora_dropout == 0 else 0)
    norms = (4 if settings.lora_dropout == 0 else 2) * shape.hidden
    feed_forward = (4 if settings.lora_dropout == 0 else 3) * shape.intermediate
    dropped = 0.0
    if settings.lora_dropout > 0:
        inputs = sum(wide for wide, _ in shape.linear_shapes.values())
        dropped = _DROPOUT_COPIES[device] * inputs
    retained = _RETAINED["cuda"] * _outputs(shape) if device == "cuda" else 0.0
    return attention + norms + feed_forward + dropped + retained


def _outputs(shape: Architecture) -> int:
    """Numbers that the modules of one layer put out for a token."""
    return sum(high for _, high in shape.linear_shapes.values())


def _retained_bytes(shape: Architecture, batch_tokens: Band) -> Band:
    """What the allocator holds of the forward pass, freed, at the peak on a CPU.

    That is in the backward pass, when at most `KEPT_BYTES` were not given back, or at the end of the
    forward pass, where the loss needs less.
    """
    a_token = 4 * _RETAINED["cpu"] * shape.layers * _outputs(shape)
    tile = 4 * (_LOSS_COPIES["cpu"] - _FORWARD_LOSS_COPIES) * min(shape.vocabulary, _LOSS_WORDS)

    def held(tokens: float, kept: float) -> float:
        retained = a_token * tokens
        return max(min(retained, kept), retained - tile * min(tokens, _LOSS_TOKENS))

    return Band(
        low=held(batch_tokens.low, 0),
        expected=held(batch_tokens.expected, KEPT_BYTES / 2),
        high=held(batch_tokens.high, KEPT_BYTES),
    )


def _loss_bytes(shape: Architecture, batch_tokens: Band, device: Device) -> Band:
    copies = _LOSS_COPIES[device]
    width = min(shape.vocabulary, _LOSS_WORDS)

    def tile(tokens: float) -> float:
        return min(tokens, _LOSS_TOKENS) * width * 4

    return Band(
        low=0.7 * copies * tile(batch_tokens.low),
        expected=copies * tile(batch_tokens.expected),
        high=1.35 * copies * tile(batch_tokens.high),
    )


def _check_bytes(shape: Architecture, checked_tokens: float) -> Band:
    logits = min(_CHECK_LOGITS_BYTES, min(_CHECK_TOKENS, checked_tokens) * shape.vocabulary * 4)
    return Band(low=0, expected=_CHECK_COPIES * logits, high=(_CHECK_COPIES + 1) * logits)
