"""Black and greys are written in black ink alone, in every PDF that is made.

WeasyPrint writes every colour in red, green and blue. A printer mixes such a black from four inks:
small type gets coloured edges, and a shop counts a sheet in colour. A neutral colour is therefore
written as a grey (ISO 32000-1, 8.6.4.2). What has a colour of its own stays as it is, and so do
pictures of pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydyf

if TYPE_CHECKING:
    from collections.abc import Sequence

# Channels that differ by less come from one grey, converted from another space and back.
_ALIKE = 0.0005

# Digits of a grey: a quarter of a step of 8 bits.
_DIGITS = 3


def grey_of(channels: Sequence[float]) -> float | None:
    """Return the grey of red, green and blue from 0 to 1, or None for a colour."""
    least, most = min(channels), max(channels)
    if most - least > _ALIKE:
        return None
    return round(min(max(least, 0.0), 1.0), _DIGITS)


# What WeasyPrint's streams have beyond pydyf's, and do not promise to keep.
_OWN = ("add_group", "add_shading", "set_alpha_state")


def use_one_ink(stream: type[Any] | None) -> None:
    """Change the streams of PDFs, and WeasyPrint's class of them, for both ways of making pages.

    With a WeasyPrint that has another class, colours of shadings and groups stay as they are.
    """
    _write_greys()
    if stream and all(hasattr(stream, name) for name in _OWN):
        _write_grey_shadings(stream)
        _write_plain_groups(stream)


def _write_greys() -> None:
    """Let a neutral colour be set as a grey, be it given as RGB or as Lab."""
    set_rgb, set_special = pydyf.Stream.set_color_rgb, pydyf.Stream.set_color_special

    def set_color_rgb(self: Any, r: float, g: float, b: float, stroke: bool = False) -> None:
        grey = grey_of((r, g, b))
        if grey is None:
            set_rgb(self, r, g, b, stroke)
        else:
            self.stream.append(_operator(grey, stroke))

    def set_color_special(self: Any, name: Any, stroke: bool = False, *operands: float) -> None:
        space = self.stream[-1] if self.stream else b""
        neutral = len(operands) == 3 and max(map(abs, operands[1:])) < 0.1  # a just visible tint
        if name is None and neutral and bytes(space).startswith(b"/lab-"):
            self.stream[-1] = _operator(_grey_of_lightness(operands[0]), stroke)
        else:
            set_special(self, name, stroke, *operands)

    pydyf.Stream.set_color_rgb = set_color_rgb
    pydyf.Stream.set_color_special = set_color_special


def _operator(grey: float, stroke: bool) -> bytes:
    """Return the operator that sets a grey, for lines or for areas."""
    return b"%s %s" % (f"{grey:g}".encode(), b"G" if stroke else b"g")


def _grey_of_lightness(lightness: float) -> float:
    """Return the grey of a screen that has this lightness, from 0 to 100 (CIE L*, sRGB)."""
    share = (lightness + 16) / 116
    light = share**3 if share > 6 / 29 else 3 * (6 / 29) ** 2 * (share - 4 / 29)
    grey = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(min(max(grey, 0.0), 1.0), _DIGITS)


def _write_grey_shadings(stream: type[Any]) -> None:
    """Let a shading between greys be one of greys."""
    add = stream.add_shading

    def add_shading(self: Any, *words: Any, **named: Any) -> Any:
        shading = add(self, *words, **named)
        steps = shading["Function"].get("Functions", ())
        ends = [step[end] for step in steps for end in ("C0", "C1")]
        if ends and all(len(end) == 3 and grey_of(end) is not None for end in ends):
            for step in steps:
                for end in ("C0", "C1"):
                    step[end][:] = [grey_of(step[end])]
            shading["ColorSpace"] = "/DeviceGray"
        return shading

    stream.add_shading = add_shading


def _write_plain_groups(stream: type[Any]) -> None:
    """Let what is translucent be mixed in the inks of the paper, where it was in screen colours.

    A group of screen colours would turn the greys in it into four inks. One that is a mask of
    luminosity has to name its colours (ISO 32000-1, table 144).
    """
    add_group, set_alpha_state = stream.add_group, stream.set_alpha_state

    def plain_group(self: Any, *words: Any) -> Any:
        group = add_group(self, *words)
        del group.extra["Group"]["CS"]
        return group

    def named_group(self: Any, *words: Any, **named: Any) -> Any:
        group = set_alpha_state(self, *words, **named)
        group.extra["Group"]["CS"] = self._default_color_space
        return group

    stream.add_group, stream.set_alpha_state = plain_group, named_group
