"""Inks: each page number in the text is set in a colour of its own, by which it is found again."""

from __future__ import annotations


def ink(number: int) -> str:
    """Return the colour of the number-th reference of a part, as CSS writes it.

    The reds from 1 to 15 are as good as black on paper, if one should ever stay.
    """
    return f"#{1 + number // 65536:02x}{number // 256 % 256:02x}{number % 256:02x}"


def number_of(red: float, green: float, blue: float) -> int:
    """Return the number of the reference that has this ink (0 to 1), or -1."""
    r, g, b = (round(channel * 255) for channel in (red, green, blue))
    return (r - 1) * 65536 + g * 256 + b if 1 <= r <= 15 else -1
