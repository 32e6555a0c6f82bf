"""A field of one line that repaints itself and nothing else while it is typed in."""

from __future__ import annotations

from typing import Self

from textual.geometry import Region
from textual.widgets import Input


class LineInput(Input):
    """Textual lays the whole screen out at each letter, and that repaints every scrollbar: 1,000 bytes instead of 200.

    The field has one line and a width that its text does not change, so that no layout is needed.
    """

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,  # noqa: ARG002
        recompose: bool = False,
    ) -> Self:
        return super().refresh(*regions, repaint=repaint, layout=False, recompose=recompose)
