"""An example of a generator of your own: one riddle a file, question first, answer after it."""

from collections.abc import Iterator
from pathlib import Path

from afs_engine import BaseGenerator, TrainingSample


class RiddleGenerator(BaseGenerator):
    def __init__(self, source_path: Path):
        super().__init__(name="riddles", domain="riddles")
        self.source_path = source_path

    def generate(self) -> Iterator[TrainingSample]:
        for file in sorted(self.source_path.glob("*.txt")):
            question, _, answer = file.read_text(encoding="utf-8").partition("\n")
            yield TrainingSample(
                instruction=question,
                output=answer.strip(),
                domain="riddles",
                source=file.name,
            )
