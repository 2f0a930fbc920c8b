"""Words are those of Python's `text.lower().split()`, whatever the text holds."""

from hypothesis import example, given
from hypothesis import strategies as st

from afs_engine.stages.dedup.words import hash_words

_TRICKY = "aAzZ09_$#\x00\x1c\x1f \t\n\x0b\x0c\r\x85\xa0\u2003\u2028\u3000éÉßẞİIıΣσς–’中\ud800𝒜😀K"


@given(st.lists(st.text(st.sampled_from(_TRICKY) | st.characters(), max_size=40), max_size=8))
@example(["", " ", "a", "A a"])
@example(["é\x85", "\xa0é", "é\u2003é", "é é"])
@example(["ΟΔΟΣ ΟΔΟΣ", "οδος"])
@example(["word" * 40, "word" * 40 + "x", "word" * 16, "WORD" * 16 + "\x00"])
def test_words_are_equal_where_pythons_words_are_equal(texts: list[str]) -> None:
    words = [word for text in texts for word in text.lower().split()]
    hashed = hash_words(texts)
    assert [int(n) for n in hashed.row_starts[1:] - hashed.row_starts[:-1]] == [
        len(text.lower().split()) for text in texts
    ]
    same = dict(zip(words, hashed.hashes.tolist(), strict=True))
    assert [same[word] for word in words] == hashed.hashes.tolist()
    assert len(set(same.values())) == len(same)


def test_words_that_differ_in_one_byte_anywhere_have_different_hashes() -> None:
    words = ["x" * length for length in range(1, 80)]
    words += ["x" * place + "y" + "x" * (79 - place) for place in range(80)]
    hashed = hash_words([" ".join(words)])
    assert len(set(hashed.hashes.tolist())) == len(words)


def test_hashes_are_the_same_on_every_machine() -> None:
    assert hash_words(["LDA $7E0010"]).hashes.tolist() == hash_words(["lda\t$7e0010 "]).hashes.tolist()
    assert hash_words(["lda $7e0010"]).hashes.tolist() == [6786257720184710430, 12132165425397151034]
