"""What is drawn rather than written: stars, QR codes, the border of a certificate."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Final

import segno
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

GOLD: Final = colors.HexColor("#b45309")
GREEN: Final = colors.HexColor("#0b5d3b")
QUIET_ZONE: Final = 2


class Stars(Flowable):
    """A row of so many stars in the middle of the line."""

    def __init__(self, count: int, size: float = 11 * mm) -> None:
        super().__init__()
        self.count, self.size = count, size

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Take the whole width, so that the middle is known."""
        self.width = width
        return width, self.size * 1.2

    def draw(self) -> None:
        """Draw the stars."""
        step = self.size * 1.15
        left = (self.width - step * self.count) / 2
        self.canv.setFillColor(GOLD)
        for place in range(self.count):
            self.canv.drawPath(self._star(left + step * (place + 0.5)), stroke=0, fill=1)

    def _star(self, middle: float) -> object:
        path = self.canv.beginPath()
        for corner in range(10):
            radius = self.size / 2 * (1 if corner % 2 == 0 else 0.45)
            angle = pi / 2 + corner * pi / 5
            point = middle + radius * cos(angle), self.size * 0.55 + radius * sin(angle)
            (path.moveTo if corner == 0 else path.lineTo)(*point)
        path.close()
        return path


class Qr(Flowable):
    """A QR code of the text, as squares of ink."""

    def __init__(self, text: str, size: float = 26 * mm) -> None:
        super().__init__()
        self.rows = [bytes(row) for row in segno.make(text, error="m").matrix]
        self.width = self.height = size

    def draw(self) -> None:
        """Draw the dark modules, with the quiet zone that readers need."""
        module = self.width / (len(self.rows) + 2 * QUIET_ZONE)
        self.canv.setFillColor(colors.black)
        for line, row in enumerate(self.rows):
            top = self.height - module * (line + 1 + QUIET_ZONE)
            for place, dark in enumerate(row):
                if dark:
                    self.canv.rect(module * (place + QUIET_ZONE), top, module, module, stroke=0, fill=1)


def border(canvas: Canvas, width: float, height: float) -> None:
    """A double frame around a sheet."""
    canvas.saveState()
    canvas.setStrokeColor(GREEN)
    for inset, thickness in ((9 * mm, 2.2), (11 * mm, 0.7)):
        canvas.setLineWidth(thickness)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)
    canvas.restoreState()
