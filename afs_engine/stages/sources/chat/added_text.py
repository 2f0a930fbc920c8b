"""Taking off what a program put before a person's words.

Pure; the tags are the vendor's to know.
"""

from collections.abc import Iterable


def strip_leading_tags(text: str, tags: Iterable[str]) -> str:
    """The text without leading `<tag>...</tag>` elements of those names, and without outer white space.

    An element without its end takes all the text with it.
    """
    text = text.strip()
    while text.startswith("<"):
        tag = next((tag for tag in tags if text.startswith(f"<{tag}>")), None)
        if tag is None:
            break
        text = text.partition(f"</{tag}>")[2].strip()
    return text
