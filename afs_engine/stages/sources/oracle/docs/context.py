"""Where in the docs something stands, in words: what a question says so that it can be understood alone.

Knows nothing of what is asked.
"""

from dataclasses import dataclass

from afs_engine.stages.sources.oracle.docs.blocks import Document, Section


@dataclass(frozen=True, slots=True)
class Context:
    """A section within its document. `topic` is empty for the title's own text."""

    document: Document
    section: Section

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def heading(self) -> str:
        return self.section.trail[-1] if self.section.trail else ""

    @property
    def topic(self) -> str:
        """The heading; after that of the section above where it is short or stands twice in the file."""
        trail = self.section.trail
        clear = len(self.heading.split()) > 2 and self.heading.lower() not in self.document.repeated
        if clear or len(trail) < 2 or trail[-2].lower() in (self.title.lower(), self.heading.lower()):
            return self.heading
        return f"{trail[-2]} – {self.heading}"

    @property
    def place(self) -> str:
        """`“Subtypes” of Keese`, or the title alone for text right below it."""
        if not self.topic or self.topic.lower() in self.title.lower():
            return self.title
        return f"“{self.topic}” of {self.title}"

    @property
    def key(self) -> str:
        """What a wording is chosen by: the file and the way down to the section."""
        return "\n".join((self.document.path, *self.section.trail))
