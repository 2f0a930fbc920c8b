"""What each stage does, in a sentence, for people who meet it for the first time. Words only."""

STAGE_WORDS = {
    "export": "Reads the sources into samples and replaces secrets by placeholders.",
    "score": "Measures how good every row is; rows under the threshold go no further.",
    "dedup": "Merges exact and near copies, so that nothing counts twice.",
    "split": "Puts every row on the train, validation or test side, for life.",
    "rehearse": "Chooses the best rows of the earlier version, so that it is not forgotten.",
    "balance": "Draws the training set in the shares that the recipe gives.",
    "convert": "Writes the sides as files in the recipe's chat format.",
    "train": "Trains the LoRA adapter on the train side, looking at validation loss.",
    "evaluate": "Measures loss and perplexity on both held-out sides, per domain.",
    "register": "Numbers the result and stores it with its ancestors and digests.",
}
