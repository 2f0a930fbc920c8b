"""The class that a person's own generator extends, as the training guide shows it.

Owns only the contract: a name, a domain, and `generate`. Knows nothing of files or recipes.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from afs_engine.data.sample import TrainingSample

__all__ = ["BaseGenerator", "TrainingSample"]


class BaseGenerator(ABC):
    """A source of samples. `name` becomes the source where a sample names none."""

    def __init__(self, name: str, domain: str) -> None:
        self.name = name
        self.domain = domain

    @abstractmethod
    def generate(self) -> Iterator[TrainingSample]:
        """Yields samples in an order that depends on the source's content only."""
