"""The balance screen: the shares of the training set, what they draw, and what is rehearsed.

Owns the words and the wiring of this screen. What is there to draw from comes from the engine; what the
shares come to is `balance_plan`.
"""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from afs_engine import api
from afs_tui.balance_plan import BalancePlan, first_shares, plan_balance, plan_unweighted
from afs_tui.models.shares import Shares
from afs_tui.screens.studio_screen import StudioScreen, bindings_for
from afs_tui.style_files import style_file
from afs_tui.widgets.balance_sliders import BalanceSliders
from afs_tui.widgets.empty_state import EmptyState
from afs_tui.widgets.share_slider import ShareSlider
from afs_tui.words.balance import describe_plan, describe_rehearsal

RATIO_KEY = ("rehearsal", "ratio")
WEIGHTS_KEY = ("balance", "weights")
_WHY_EMPTY = {
    "export": "The sources have not been exported yet.",
    "score": "The samples have not been scored with these settings yet.",
}


class BalanceScreen(StudioScreen):
    """Sliders above, the rehearsal ratio and the resulting size below."""

    MODE = "balance"
    RUN_UNTIL = "balance"
    BINDINGS: ClassVar[list[Binding]] = bindings_for("balance")  # type: ignore[assignment]
    CSS_PATH = style_file("balance")

    def __init__(self) -> None:
        super().__init__()
        self._view: api.BalanceView | None = None
        self._is_weighted = False
        self._kept_ratio: float | None = None
        self._kept: Shares | None = None  # the shares that the recipe is known to have

    def compose_body(self) -> ComposeResult:
        yield EmptyState("Nothing to balance yet", "", id="balance-empty")
        with Vertical(id="balance"):
            sliders = BalanceSliders(id="sliders")
            sliders.add_class("pane")
            sliders.border_title = "Shares of the new samples"
            yield sliders
            with Vertical(id="rehearsal-pane", classes="pane") as rehearsal:
                rehearsal.border_title = "Rehearsal"
                yield ShareSlider("old samples", id="ratio")
            with Vertical(id="result-pane", classes="pane") as result:
                result.border_title = "Training set"
                yield Static(id="result")

    def refresh_view(self) -> None:
        if not self.has_recipe:
            self._show_empty(
                "No recipe is open", "Shares say how much of each kind a model learns.", "1  goes home"
            )
            return
        path, text = self.document.path, self.document.text
        self.ask(lambda: self.studio.reader.read_balance(path, text), partial(self._show, text))

    def _show(self, text: str, view: api.BalanceView) -> None:
        if text != self.document.text:
            return  # the recipe has changed since; the next answer is on its way
        self._view = view
        if view.missing:
            self._show_empty("Nothing to balance yet", _WHY_EMPTY[view.missing], "r  runs up to the balance")
            return
        self.query_one("#balance-empty").display = False
        self.query_one("#balance").display = True
        self._is_weighted = view.is_weighted
        ratio = self.query_one(ShareSlider)
        recipe_ratio = view.rehearsal.ratio if view.rehearsal else None
        if ratio.value is None or recipe_ratio != self._kept_ratio:
            self._kept_ratio = ratio.value = recipe_ratio
        ratio.note = describe_rehearsal(view)
        sliders = self.query_one(BalanceSliders)
        sliders.disabled = not self.studio.can_change
        if self.focused is None:
            sliders.focus()
        self._draw(self._shares_to_show(first_shares(view)))

    def _shares_to_show(self, recipe: Shares) -> Shares:
        """The sliders as they stand; the recipe's shares where these were changed by undo or by hand."""
        shown, kept = self.query_one(BalanceSliders).shares, self._kept
        self._kept = recipe
        if shown is None or shown.names != recipe.names:
            return recipe
        is_changed_elsewhere = kept is None or recipe.ticks != kept.ticks
        return Shares(recipe.names, recipe.ticks, shown.locked) if is_changed_elsewhere else shown

    def _show_empty(self, title: str, text: str, key_hint: str) -> None:
        empty = self.query_one("#balance-empty", EmptyState)
        empty.title, empty.text, empty.key_hint = title, text, key_hint
        empty.display = True
        self.query_one("#balance").display = False

    # --- what a move comes to

    def _plan(self, shares: Shares) -> BalancePlan:
        assert self._view is not None
        ratio = self.query_one(ShareSlider).value
        if not self._is_weighted:
            return plan_unweighted(self._view, ratio)
        return plan_balance(self._view, shares.weights(), ratio)

    def _draw(self, shares: Shares) -> None:
        if self._view is None or self._view.missing:
            return
        plan = self._plan(shares)
        sliders = self.query_one(BalanceSliders)
        sliders.show(shares, plan.facts)
        keys = "←→ move, = type, l lock, e equal"
        sliders.border_subtitle = keys if self._is_weighted else f"no shares set, every sample once: {keys}"
        lines = describe_plan(self._view, plan)
        self.query_one("#result", Static).update(Content("\n").join(lines))

    def on_balance_sliders_changed(self, message: BalanceSliders.Changed) -> None:
        if self._kept is not None and message.shares.ticks != self._kept.ticks:
            self._is_weighted = True
        self._draw(message.shares)

    def on_balance_sliders_committed(self, message: BalanceSliders.Committed) -> None:
        """The counts are painted first; then the recipe's text follows."""
        self.call_after_refresh(self._keep_shares, message.shares)

    def _keep_shares(self, shares: Shares) -> None:
        if self._kept is None or shares.ticks == self._kept.ticks:
            return
        self._kept = shares
        weights = shares.weights()
        if self.document.value(*WEIGHTS_KEY):
            self.change_recipe({(*WEIGHTS_KEY, name): weight for name, weight in weights.items()})
        else:
            self.change_recipe({WEIGHTS_KEY: weights})

    def on_share_slider_changed(self) -> None:
        shares = self.query_one(BalanceSliders).shares
        if shares is not None:
            self._draw(shares)

    def on_share_slider_committed(self, message: ShareSlider.Committed) -> None:
        self.call_after_refresh(self._keep_ratio, message.value)

    def _keep_ratio(self, ratio: float) -> None:
        self._kept_ratio = ratio
        if ratio != self.document.value(*RATIO_KEY):
            self.change_recipe({RATIO_KEY: ratio})

    # --- keys

    def action_toggle_oversample(self) -> None:
        if self._view is not None:
            self.change_recipe({("balance", "oversample"): not self._view.oversample})

    def action_no_weights(self) -> None:
        if self._view is not None and self._view.is_weighted:
            self.change_recipe({WEIGHTS_KEY: None})

    def action_type_total(self) -> None:
        from afs_tui.modals.number_modal import NumberModal

        if self._view is not None:
            modal = NumberModal(
                "Size of the training set",
                self._view.total,
                "new samples; nothing typed: as many as the shares allow",
            )
            self.app.push_screen(modal, self._take_total)

    def _take_total(self, total: int | None) -> None:
        if total is not None:
            self.change_recipe({("balance", "total"): total or None})
