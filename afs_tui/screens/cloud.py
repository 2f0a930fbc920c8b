"""The cloud screen: budget, offers that fit the recipe, machines with their cost; launch and destroy.

Owns the wiring. All dealings are `cloud_desk`, off the UI; nothing is rented without the dollars typed.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from afs_engine import api
from afs_tui.cloud_desk import CloudPicture
from afs_tui.data_text import clean_line
from afs_tui.screens.studio_screen import StudioScreen, bindings_for
from afs_tui.style_files import style_file
from afs_tui.widgets.empty_state import EmptyState
from afs_tui.widgets.row_list import RowList
from afs_tui.words.cloud import (
    MACHINE_COLUMNS,
    OFFER_COLUMNS,
    describe_budgets,
    describe_estimate,
    launch_question,
    machine_cells,
    offer_cells,
)

_LOOK_SECONDS = 15.0
_LIMITS = ("budget_usd", "hours", "max_hours", "gpu_ram_gb", "disk_gb")


class CloudScreen(StudioScreen):
    """Money and estimate above, offers in the middle, machines below."""

    MODE = "cloud"
    BINDINGS: ClassVar[list[Binding]] = bindings_for("cloud")  # type: ignore[assignment]
    CSS_PATH = style_file("cloud")
    AUTO_FOCUS = "#offers"

    def __init__(self) -> None:
        super().__init__()
        self._picture: CloudPicture | None = None

    def compose_body(self) -> ComposeResult:
        yield EmptyState(
            "No recipe is open",
            "Here a GPU is rented for a recipe, within a budget that holds.",
            "1  goes home; n there writes a sample recipe",
            id="cloud-empty",
        )
        with Vertical(id="cloud"):
            with Horizontal(id="money"):
                budgets = Static("asking the provider", id="budgets", classes="pane")
                budgets.border_title = "Spent of the budget"
                yield budgets
                estimate = Static(id="estimate", classes="pane")
                estimate.border_title = "This recipe"
                yield estimate
            offers = RowList(OFFER_COLUMNS, id="offers", empty="no offers")
            offers.add_class("pane")
            offers.border_title = "Offers, the cheapest whole job first"
            yield offers
            machines = RowList(MACHINE_COLUMNS, id="machines", empty="nothing is rented")
            machines.add_class("pane")
            machines.border_title = "Machines"
            yield machines

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(_LOOK_SECONDS, self._look_again)

    def _look_again(self) -> None:
        if self.is_current:
            self.refresh_view()

    def refresh_view(self) -> None:
        self.query_one("#cloud-empty").display = not self.has_recipe
        self.query_one("#cloud").display = self.has_recipe
        if self.has_recipe:
            desk, path, text = self.studio.cloud, self.document.path, self.document.text
            self.ask(lambda: desk.look(path, text), self._show)

    def _show(self, picture: CloudPicture) -> None:
        self._picture = picture
        self.query_one("#budgets", Static).update(describe_budgets(picture.view))
        told = describe_estimate(picture.estimate, picture.trouble, picture.hint)
        self.query_one("#estimate", Static).update(told)
        offers = self.query_one("#offers", RowList)
        offers.show_rows([offer_cells(each) for each in picture.offers])
        needs = picture.section
        offers.border_subtitle = (
            f"{needs.gpu_ram_gb:g} GB GPU, {needs.disk_gb:g} GB disk, {needs.hours:g} h; e changes"
        )
        machines = self.query_one("#machines", RowList)
        machines.show_rows([machine_cells(each) for each in picture.view.machines])
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "launch" and not self._can_launch:
            return None
        if action == "destroy" and self._chosen_machine is None:
            return None
        return super().check_action(action, parameters)

    # --- launch

    @property
    def _can_launch(self) -> bool:
        estimate = self._picture.estimate if self._picture else None
        return estimate is not None and estimate.offer is not None

    def action_launch(self) -> None:
        from afs_tui.modals.confirm_modal import ConfirmModal

        if self._picture is None or not self._can_launch:
            return
        text, dollars = launch_question(self._picture.estimate)
        modal = ConfirmModal("Rent a machine", text, yes=f"Rent, ${dollars} at worst", typed=dollars)
        self.app.push_screen(modal, self._launch)

    def _launch(self, is_yes: bool | None) -> None:
        if is_yes:
            self.studio_app.keeper.once_saved(self._launch_saved)

    def _launch_saved(self) -> None:
        desk, path = self.studio.cloud, self.document.path
        name = str(self.document.value("run", "name", default="run"))
        self.ask(lambda: desk.launch(path, name), self._tell, group="launch", is_wish=True)

    def _tell(self, text: str) -> None:
        self.notify(clean_line(text), timeout=6, markup=False)
        self.refresh_soon()

    # --- destroy

    @property
    def _chosen_machine(self) -> "api.MachineView | None":
        """The machine under the cursor, if it is ours."""
        machines = self._picture.view.machines if self._picture else ()
        place = self.query_one("#machines", RowList).cursor if machines else 0
        chosen = machines[place] if place < len(machines) else None
        return chosen if chosen is not None and chosen.run_id else None

    def on_row_list_moved(self) -> None:
        self.refresh_bindings()

    def action_destroy(self) -> None:
        from afs_tui.modals.confirm_modal import ConfirmModal

        machine = self._chosen_machine
        if machine is None:
            return
        modal = ConfirmModal(
            "Destroy a machine",
            f"End {clean_line(machine.name)} and destroy machine {machine.instance_id}? What its training "
            "has not sent down yet is lost.",
            yes="Destroy",
        )
        self.app.push_screen(modal, lambda is_yes: self._destroy(machine.run_id) if is_yes else None)

    def _destroy(self, run_id: str) -> None:
        self.notify("Destroying; it counts as gone only once that is proven", timeout=5)
        desk = self.studio.cloud
        self.ask(lambda: desk.destroy(run_id), self._tell, group="destroy", is_wish=True)

    # --- limits

    def action_edit_limits(self) -> None:
        from afs_tui.modals.setting_modal import SettingModal

        if self._picture is not None:
            modal = SettingModal(
                "What may be rented?",
                "",
                about="Chosen values go into the recipe's [cloud] section.",
                choices=[f"{key} = {getattr(self._picture.section, key) or 'not set'}" for key in _LIMITS],
            )
            self.app.push_screen(modal, self._edit_limit)

    def _edit_limit(self, line: str | None) -> None:
        from afs_tui.modals.setting_modal import SettingModal

        if line is None or self._picture is None:
            return
        key = line.partition(" ")[0]
        value = getattr(self._picture.section, key)
        modal = SettingModal(
            key,
            "" if value is None else f"{value:g}",
            about="A number; empty takes it out of the recipe.",
            check=_why_no_number,
        )
        self.app.push_screen(modal, lambda text: self._take_limit(key, text))

    def _take_limit(self, key: str, text: str | None) -> None:
        if text is not None:
            self.change_recipe({("cloud", key): float(text) if text else None})


def _why_no_number(text: str) -> str:
    try:
        good = not text or 0 < float(text) < 1e6
    except ValueError:
        good = False
    return "" if good else "a number above 0"
