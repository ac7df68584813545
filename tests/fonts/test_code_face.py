"""Code has letters of one width, each as it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fontTools.ttLib import TTFont

from booklet.fonts import faces
from tests.reading import lines, poppler

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shop

ESSAY = """\
# T

Type `office ffi` here.

```
iiii 0Oo il1 |
WWWW ffi fl
```
"""


def test_code_is_set_in_source_code(press: Shop) -> None:
    """Its columns stand below one another, and no letters are drawn as one."""
    path = press(ESSAY).path
    assert "Booklet-Code" in poppler("pdffonts", path)
    found = {line.text: line for page in lines(path) for line in page}
    first, second = found["iiii 0Oo il1 |"], found["WWWW ffi fl"]
    assert (first.right - first.left) / 14 == pytest.approx((second.right - second.left) / 11, 0.01)


def test_the_faces_are_cut_alike_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is what is cut anew, and has one width and the weight that it is asked for."""
    monkeypatch.setenv("BOOKLET_FONTS", str(tmp_path / "fonts"))
    first = faces.of_house("SourceCode-Semibold.ttf")
    faces._cut.cache_clear()
    assert (
        first == faces.of_house("SourceCode-Semibold.ttf") == faces._cut("SourceCode-Semibold.ttf")
    )
    (kept,) = (tmp_path / "fonts" / "house").iterdir()
    assert kept.read_bytes() == first
    with TTFont(kept) as font:
        assert "fvar" not in font
        assert font["OS/2"].usWeightClass == 600
        assert {font["hmtx"][name][0] for name in ("i", "W", "zero")} == {600}
    assert faces.of_house("SourceSans-Regular.otf") is None
