"""A tiny discriminator with random weights, saved as a real one would be."""

from pathlib import Path


def save_tiny_electra(folder: Path) -> Path:
    """A folder as save_pretrained leaves it: two labels, random weights, a byte-level tokenizer."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from tokenizers.processors import TemplateProcessing
    from transformers import ElectraConfig, ElectraForSequenceClassification, PreTrainedTokenizerFast

    special = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3}
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = special | {letter: number for number, letter in enumerate(alphabet, start=len(special))}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = TemplateProcessing("[CLS] $A [SEP]", None, [("[CLS]", 2), ("[SEP]", 3)])
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = ElectraConfig(
        vocab_size=len(vocabulary), embedding_size=16, hidden_size=16, num_hidden_layers=2,
        num_attention_heads=2, intermediate_size=32, initializer_range=0.5,
        id2label={0: "Real", 1: "corrupted"}, label2id={"Real": 0, "corrupted": 1},
    )  # fmt: skip
    network = ElectraForSequenceClassification(config)
    for name, values in network.named_parameters():
        if name.endswith("bias"):  # transformers begins with zeros, which hide a bias left out
            torch.nn.init.normal_(values, std=0.5)
    network.save_pretrained(folder)
    return folder
