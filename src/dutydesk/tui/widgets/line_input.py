"""A field of one line that repaints itself and nothing else while it is typed in."""

from __future__ import annotations

from typing import Self

from textual.geometry import Region
from textual.widgets import Input


class LineInput(Input):
    """Textual lays the whole screen out at each letter, and that repaints every scrollbar: 1,000 bytes instead of 200.

    The field has one line and a width that its text does not change, so that a layout is needed only where the field
    comes into sight or leaves it.
    """

    _was_shown = True

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        appears, self._was_shown = self.display != self._was_shown, self.display
        return super().refresh(*regions, repaint=repaint, layout=layout and appears, recompose=recompose)
