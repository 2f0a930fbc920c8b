"""A grid of plot dots packed into character cells: braille, quarter blocks or ASCII. Pure.

Each cell keeps the layer drawn last in it, which decides its colour; a layer's own mark, where it has one,
tells it apart without colour.
"""

from afs_tui.plot_glyphs import PlotGlyphs

_BRAILLE_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # by column, then row from the top
_QUARTERS = " ▘▖▌▝▀▞▛▗▚▄▙▐▜▟█"  # bit = column * 2 + row


class Canvas:
    """`width` x `height` cells; dots count from the left and from the top."""

    def __init__(self, width: int, height: int, glyphs: PlotGlyphs) -> None:
        self.width, self.height = width, height
        self.dots_across, self.dots_down = glyphs.dots
        self._bits = [0] * (width * height)
        self._layers = [-1] * (width * height)
        self._marks: dict[int, str] = {}

    @property
    def columns(self) -> int:
        """Dots across the whole canvas."""
        return self.width * self.dots_across

    @property
    def rows(self) -> int:
        """Dots down the whole canvas."""
        return self.height * self.dots_down

    def dot(self, x: int, y: int, layer: int) -> None:
        """Sets one dot; outside the canvas it is ignored."""
        if not (0 <= x < self.columns and 0 <= y < self.rows):
            return
        column, inner_x = divmod(x, self.dots_across)
        row, inner_y = divmod(y, self.dots_down)
        cell = row * self.width + column
        self._bits[cell] |= self._bit(inner_x, inner_y)
        self._layers[cell] = layer

    def column(self, x: int, top: int, bottom: int, layer: int) -> None:
        """A vertical line of dots from `top` to `bottom`."""
        for y in range(max(0, top), min(self.rows - 1, bottom) + 1):
            self.dot(x, y, layer)

    def mark(self, x: int, y: int, glyph: str, layer: int) -> None:
        """A glyph in the cell that holds a dot."""
        if 0 <= x < self.columns and 0 <= y < self.rows:
            cell = y // self.dots_down * self.width + x // self.dots_across
            self._marks[cell] = glyph
            self._layers[cell] = layer

    def line(self, row: int) -> list[tuple[str, int]]:
        """One row of cells as runs of text of one layer; -1 is empty ground."""
        runs: list[tuple[str, int]] = []
        for cell in range(row * self.width, (row + 1) * self.width):
            glyph, layer = self._glyph(cell), self._layers[cell]
            if runs and runs[-1][1] == layer:
                runs[-1] = (runs[-1][0] + glyph, layer)
            else:
                runs.append((glyph, layer))
        return runs

    def _bit(self, x: int, y: int) -> int:
        return _BRAILLE_BITS[x][y] if self.dots_down == 4 else 1 << (x * 2 + y)

    def _glyph(self, cell: int) -> str:
        bits = self._bits[cell]
        if cell in self._marks:
            return self._marks[cell]
        if not bits:
            return " "
        if self.dots_down == 4:
            return chr(0x2800 + bits)
        return _QUARTERS[bits] if self.dots_down == 2 else "*"
