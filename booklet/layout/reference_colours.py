"""Each page number in the text is set in a colour of its own, by which it is found again.

Its channels lie halfway between two of the 256 steps that a colour of an author's has, so that no
text of his is taken for a number, and nowhere alike, since a grey is written in another way.
"""

from __future__ import annotations

# Numbers with one red; those with one green.
_OF_A_RED, _OF_A_GREEN = 255 * 254, 254

# How far from the half of a step a channel may be, by rounding.
_ROUNDED = 0.02


def ink(number: int) -> str:
    """Return the colour of the number-th reference of a part, as CSS writes it.

    The reds below 15 are as good as black on paper, if one should ever stay.
    """
    red, rest = divmod(number, _OF_A_RED)
    green, apart = divmod(rest, _OF_A_GREEN)
    blue = (green + 1 + apart) % 255
    return f"rgb({red}.5 {green}.5 {blue}.5)"


def number_of(red: float, green: float, blue: float) -> int:
    """Return the number of the reference that has this ink (0 to 1), or -1."""
    steps = [channel * 255 - 0.5 for channel in (red, green, blue)]
    r, g, b = map(round, steps)
    apart = (b - g - 1) % 255
    halfway = all(abs(step - round(step)) < _ROUNDED for step in steps)
    if not halfway or not 0 <= r < 15 or max(g, b) > 254 or apart == _OF_A_GREEN:
        return -1
    return r * _OF_A_RED + g * _OF_A_GREEN + apart
