"""The studio's dealings with the cloud: a look at machines, money and offers; launch and destroy.

Every method blocks on the provider: call it off the UI. In the demo all of it goes to a stand-in on a
local port, and nothing is rented. Owns which of the two is meant, and no words.
"""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afs_engine import api

_MOST_OFFERS = 60


@dataclass(frozen=True, slots=True)
class CloudPicture:
    """What one look gave. `trouble` says why there are no offers, with the hint behind it."""

    view: "api.CloudView"
    offers: "tuple[api.OfferView, ...]"
    estimate: Any
    section: "api.CloudSection"
    trouble: str
    hint: str


class CloudDesk:
    """Opened at the first look. `close` ends the demo's stand-in."""

    def __init__(self, *, is_demo: bool) -> None:
        self._is_demo = is_demo
        self._opened = ExitStack()
        self._demo: Any = None
        self._session: api.CloudSession | None = None

    @property
    def session(self) -> "api.CloudSession":
        if self._session is None:
            if self._is_demo:
                folder = self._opened.enter_context(tempfile.TemporaryDirectory(prefix="afs-cloud-"))
                self._demo = self._opened.enter_context(api.demo_cloud(Path(folder)))
                self._session = self._demo.session
            else:
                self._session = api.open_session()
        return self._session

    def look(self, recipe: Path, text: str) -> CloudPicture:
        """Machines and money, then offers for the recipe; without an account it says what is missing.

        Raises RecipeError.
        """
        section = api.load_recipe(recipe, text).cloud
        session = self.session
        view = api.look_at_cloud(session)
        try:
            offers = api.list_offers(session, api.need_of(section), interruptible=section.interruptible)
        except api.AfsError as error:
            return CloudPicture(view, (), None, section, error.what, error.hint)
        try:
            estimate = api.estimate_run(session, section, api.CloudWish())
        except api.AfsError as error:
            return CloudPicture(view, tuple(offers[:_MOST_OFFERS]), None, section, error.what, error.hint)
        return CloudPicture(view, tuple(offers[:_MOST_OFFERS]), estimate, section, "", "")

    def launch(self, recipe: Path, name: str) -> str:
        """Starts the recipe's run with its training rented; gives what to tell the person."""
        if self._is_demo:
            self._demo.launch(name, api.CloudWish())
            return "A pretended machine is rented; an hour passes in a minute"
        log = api.start_rented_run(self.session, recipe, name, api.CloudWish())
        return f"Renting; what it says is in {log}"

    def destroy(self, run_id: str) -> str:
        """Ends a run and waits until its machine is proven gone."""
        session = self.session
        closed = api.stop_rented_run(session, api.find_rented_run(session, run_id), lambda _text: None)
        total = sum(each.meter.at_most_usd for each in closed)
        return f"Proven gone; ${total:.4f} at most"

    def close(self) -> None:
        self._opened.close()
