"""ELECTRA's forward pass with what a classification does not need left out; the result is the same.

Only the first token of the last layer is classified. So there that token alone asks the others and passes
the feed-forward part, and keys and values of the others need not be made: a query times a key is the
query, turned by the key's matrix, times the token itself. The last layer costs next to nothing then: of
two layers half of the arithmetic is spared, of four a quarter. Owns the pass over the weights of a loaded
transformers model, of which it keeps no copy. Follows Clark et al. 2020 as implemented by
`ElectraForSequenceClassification`.
"""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional

_MASKED = -1e9


def can_run_lean(network: Any) -> bool:
    """Whether `network` is the ELECTRA that this pass knows."""
    config = network.config
    is_known = type(network).__name__ == "ElectraForSequenceClassification"
    return is_known and config.hidden_act == "gelu" and not getattr(config, "is_decoder", False)


class LeanElectra(nn.Module):
    """The logits of shape (texts, labels) from token ids and mask of shape (texts, tokens)."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        self.heads = network.config.num_attention_heads

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        electra = self.network.electra
        states = electra.embeddings(input_ids=input_ids)
        if hasattr(electra, "embeddings_project"):
            states = electra.embeddings_project(states)
        mask = (1.0 - attention_mask[:, None, None, :].to(states.dtype)) * _MASKED
        *layers, last = electra.encoder.layer
        for layer in layers:
            states = _pass_on(layer, self._attend(layer.attention.self, states, mask), states)
        first = _pass_on(last, self._attend_first(last.attention.self, states, mask), states[:, 0])
        head = self.network.classifier
        logits: Tensor = head.out_proj(functional.gelu(head.dense(first)))
        return logits

    def _attend(self, attention: Any, states: Tensor, mask: Tensor) -> Tensor:
        """What each token finds in all; as `states`, of shape (texts, tokens, width)."""
        found = functional.scaled_dot_product_attention(
            self._split_heads(attention.query(states)),
            self._split_heads(attention.key(states)),
            self._split_heads(attention.value(states)),
            attn_mask=mask,
        )
        joined: Tensor = found.transpose(1, 2).flatten(2)
        return joined

    def _attend_first(self, attention: Any, states: Tensor, mask: Tensor) -> Tensor:
        """What the first token finds in all; shape (texts, width).

        The key's bias is left out: it adds the same to every token, which a softmax does not see.
        """
        sizes = (self.heads, states.shape[-1] // self.heads)
        query = attention.query(states[:, 0]).unflatten(1, sizes)[:, :, None]
        turned = (query @ attention.key.weight.unflatten(0, sizes))[:, :, 0]
        scores = turned @ states.transpose(1, 2) * sizes[1] ** -0.5 + mask[:, 0]
        mean = (scores.softmax(dim=-1) @ states)[:, :, None]
        found = mean @ attention.value.weight.unflatten(0, sizes).transpose(1, 2)
        joined: Tensor = found.flatten(1) + attention.value.bias
        return joined

    def _split_heads(self, states: Tensor) -> Tensor:
        texts, tokens, width = states.shape
        return states.reshape(texts, tokens, self.heads, width // self.heads).transpose(1, 2)


def _pass_on(layer: Any, found: Tensor, asking: Tensor) -> Tensor:
    """A layer's output for the tokens that asked, from what their attention found."""
    output = layer.attention.output
    attended = output.LayerNorm(output.dense(found) + asking)
    inner = functional.gelu(layer.intermediate.dense(attended))
    result: Tensor = layer.output.LayerNorm(layer.output.dense(inner) + attended)
    return result
