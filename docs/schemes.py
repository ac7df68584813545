"""Draws a picture of each scheme into docs/schemes/, from the arithmetic that places the pages."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from booklet.guide import figures
from booklet.guide.svg import PAPER, Drawing
from booklet.lengths import Size
from booklet.sheets import Plan, place
from booklet.sheets.frame import frame

FOLDER = Path(__file__).with_name("schemes")

# A plan, the pages and the trim that show it best, and what is done in each step.
SCHEMES: dict[str, tuple[dict[str, object], int, str, tuple[str, ...]]] = {
    "saddle": (
        {}, 12, "A5",
        ("print on both sides", "lay in one another", "fold once", "staple twice", "done"),
    ),
    "signatures": (
        {"scheme": "signatures"}, 64, "A5",
        ("print on both sides", "four sheets in one another", "fold each four",
         "gather by the bars", "sew, or glue the back"),
    ),
    "cut-and-stack": (
        {"scheme": "cut-and-stack"}, 16, "A6",
        ("print on both sides", "cut, lay upper on lower", "turn over", "fold once",
         "staple twice", "done"),
    ),
    "two-up": ({"scheme": "two-up"}, 8, "A5", ("print on both sides", "staple at the corner")),
    "right": (
        {"binding": "right"}, 12, "A5",
        ("print on both sides", "lay in one another", "fold once", "staple twice", "done"),
    ),
}  # fmt: skip
GAP, STEP, ROW = 6.0, 66.0, 52.0


def picture(words: dict[str, object], count: int, trim: str, steps: tuple[str, ...]) -> str:
    """Return the picture of a scheme: its steps from left to right, two or three in a row."""
    plan = Plan.parse(words)
    placed = place(count, plan)
    drawn = figures.scheme(placed, plan, frame(plan, Size.parse(trim)))
    first = sizes(drawn[0])
    high = max(ROW, first[1] + 10)
    spots = [(GAP, GAP)]
    left, top = 2 * GAP + first[0], GAP
    for _ in drawn[1:]:
        if left + STEP > first[0] + 2 * (STEP + GAP) + 2 * GAP:
            left, top = (
                (2 * GAP + first[0] if high > ROW else GAP),
                top + (ROW if high > ROW else high),
            )
        spots.append((left, top))
        left += STEP + GAP
    whole = Drawing(
        first[0] + 2 * (STEP + GAP) + 2 * GAP,
        max(high, *(y + ROW - GAP for _, y in spots)) + GAP,
        f"The scheme {plan.scheme}, bound at the {plan.binding}",
    )
    whole.box(0, 0, whole.width, whole.height, PAPER, PAPER, 0)
    for at, ((x, y), figure, step) in enumerate(zip(spots, drawn, steps, strict=True), 1):
        wide, tall = sizes(figure)
        whole.text(x, y + 3, f"{at}", 4.4, anchor="start", weight=600)
        whole.text(x + 5, y + 3, step, 3.9, anchor="start")
        whole.lay(figure, x, y + 6, wide, tall)
    return whole.svg()


def sizes(svg: str) -> tuple[float, float]:
    """Return the width and the height of a figure, in millimetres."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if not found:
        raise ValueError("a figure has no size")
    return float(found[1]), float(found[2])


def main() -> None:
    """Write a picture for each scheme."""
    FOLDER.mkdir(exist_ok=True)
    for name, scheme in SCHEMES.items():
        (FOLDER / f"{name}.svg").write_text(picture(*scheme), encoding="utf-8")


if __name__ == "__main__":
    main()
