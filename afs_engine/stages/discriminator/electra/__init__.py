"""The ELECTRA discriminator: a sequence-classification model in the layout of transformers."""
