"""Telling real text from corrupted text of a person's own domain: data, training, scoring.

`blocks` and `corruption` make the data, `pairs` puts it together, `ngram` and `electra` learn from it
and score, `loading` opens either kind, `card` is what each says of itself.
"""
