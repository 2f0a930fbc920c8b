"""A small ELECTRA of one's own: byte-level BPE and 2 layers of 128, for a machine without a hub.

Owns sizes and special tokens. Sizes: with a few thousand blocks to learn from, 12 layers of 256 learn
nothing, and 4 layers of 128 rank held-out blocks no better than 2 do at half the time. Two are also the
quickest to score: of the last layer the first token alone is needed (`lean`). Imports torch, tokenizers and
transformers when called.
"""

from collections.abc import Sequence
from typing import Any

LABELS = {0: "corrupted", 1: "real"}
_VOCABULARY = 4096
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_SIZES = {
    "embedding_size": 128,
    "hidden_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 512,
    "max_position_embeddings": 512,
}


def build_tokenizer(texts: Sequence[str]) -> Any:
    """A tokenizer with a vocabulary learnt from `texts`."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCABULARY,
        min_frequency=2,
        special_tokens=list(_SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    marks = [(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing("[CLS] $A [SEP]", None, marks)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )


def build_network(tokenizer: Any) -> Any:
    """An untrained network for `tokenizer`; its weights are drawn by torch's current random state."""
    from transformers import ElectraConfig, ElectraForSequenceClassification

    config = ElectraConfig(
        vocab_size=len(tokenizer),
        pad_token_id=tokenizer.pad_token_id,
        id2label=LABELS,
        label2id={name: index for index, name in LABELS.items()},
        **_SIZES,
    )
    return ElectraForSequenceClassification(config)
