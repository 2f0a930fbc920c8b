"""The studio's screens, one a file. How to add one:

1. Add a `Mode` to `afs_tui/modes.py` (number key, name, "module:Class") and its `Action`s to the table in
   `afs_tui/actions.py`. Keys, hint bar, palette, `?` help and docs follow from the two tables.
2. Write `class ScoresScreen(StudioScreen)` here with `MODE = "scores"` and `BINDINGS =
   bindings_for("scores")`. Implement `compose_body()` (widgets of the middle; header,
   navigation, job strip and hint bar are there already) and `refresh_view()` (called when the screen is
   shown, when the recipe's text changed and when a job moved on; never while the screen is hidden).
3. Read through the engine, never in the UI:
   `self.ask(lambda: self.studio.reader.read_scores(path), self._show)`. The call runs in a thread and
   only waits for the reading process; `_show` gets the answer in the UI; an AfsError goes to
   `show_trouble` (the line under the navigation), or to a card with `is_wish=True`. A later ask of the
   same `group` replaces an earlier one.
   A question is a method of `api.EngineReader`: add a `<topic>_view.py` (frozen dataclasses, light), a
   `read_<topic>.py` (heavy, runs in the reading process), its line in `views/__main__.py`, the method in
   `views/reader.py`, the names in `afs_engine/api.py`.
4. Change the recipe with `self.change_recipe({("score", "min_quality_score"): 0.42})`: one step of undo,
   comments kept, every screen told. Read it with
   `self.document.value("score", "profile", default="generic")`.
5. An action is a method `action_<name>`; one that may not be done now returns None from `check_action`
   (after asking `super()`); `changes=True` in the table is enough for --readonly.
6. Widgets that can take focus set `HELP = "..."` (F1) and, for plain words in the jump mode, an `id`.
   Digits 1-8 are the navigation's: no widget binds them. `/` opens the screen's filter, `y` copies.
7. Text from data goes through `data_text.clean_line/clean_block/as_content`; never through markup.
   Marks come from `glyphs()`, series colours from `themes.series_colours(self.app.current_theme)`.
8. Room: at 80x24 the body has 80x20 cells. Classes `-narrow` (<120 columns), `-wide` (>=160) and `-low`
   (<35 rows) stand on the screen for CSS; styles are in `styles/<mode>.tcss`, loaded by the app.
   Where there is nothing to show, show `EmptyState(title, text, key_hint)`.
"""
