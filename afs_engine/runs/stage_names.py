"""The names of a run's stages, in their order. Light, so that the command line can offer them."""

STAGES = (
    "export",
    "score",
    "dedup",
    "split",
    "rehearse",
    "balance",
    "convert",
    "train",
    "evaluate",
    "register",
)
