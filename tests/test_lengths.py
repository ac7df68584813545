"""Lengths: every length has a unit, and every size two lengths or a name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booklet.errors import BookletError
from booklet.lengths import SIZES, UNITS, Length, Size

NUMBERS = st.decimals(min_value="0.01", max_value=9999, places=2)


@pytest.mark.parametrize(
    ("text", "pt"),
    [
        ("10pt", 10),
        ("25.4mm", 72),
        ("2.54 cm", 72),
        ("1in", 72),
        (".5in", 36),
        ("6pc", 72),
        ("96px", 72),
        (" 1 IN ", 72),
    ],
)
def test_units_are_those_of_css(text: str, pt: float) -> None:
    """An inch has 72 points, 96 pixels, 6 picas and 25.4 millimetres."""
    assert Length.parse(text).pt == pytest.approx(pt)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "mm",
        "10 m",
        "-1mm",
        "0mm",
        "0.0pt",
        "1e3mm",
        "1,5mm",
        "1.2.3mm",
        "10mm 5mm",
        "∞mm",
        "nanmm",
        "٣mm",
        "²mm",
        "9" * 400 + "mm",
        "1mm\n2mm",
    ],
)
def test_what_is_no_length_is_an_error(text: str) -> None:
    """A length without a unit is a mistake, and so is one of nothing."""
    with pytest.raises(BookletError) as caught:
        Length.parse(text)
    assert caught.value.hint.startswith("write a number and a unit: pt, mm, ")


@settings(deadline=None)
@given(NUMBERS, st.sampled_from(sorted(UNITS)))
def test_a_length_comes_back_in_its_own_unit(number: object, unit: str) -> None:
    """Reading a length and asking for it in its unit loses nothing."""
    assert Length.parse(f"{number}{unit}").to(unit) == pytest.approx(float(str(number)))


@settings(deadline=None)
@given(NUMBERS)
def test_css_lengths_are_read_again_to_a_hundredth_of_a_millimetre(number: object) -> None:
    """What is written into a style sheet is the length, as exactly as paper can be cut."""
    length = Length.mm(float(str(number)))
    assert Length.parse(length.css()).to("mm") == pytest.approx(length.to("mm"), abs=0.005)


def test_lengths_compare_by_what_they_measure() -> None:
    """An inch is longer than two centimetres."""
    assert Length.parse("1in") > Length.parse("2cm")


@pytest.mark.parametrize("name", sorted(SIZES))
def test_sizes_know_their_names(name: str) -> None:
    """A size that has a name is read by it, in any case, and says it."""
    assert Size.parse(name.upper()).name().lower() == name
    assert Size.parse(name.replace("-", " ")) == Size.parse(name)


@pytest.mark.parametrize(
    "text",
    [
        "120mm x 190mm",
        "120x190mm",
        "120 × 190 mm",
        "12cm*19cm",
        "120.0mm x 19.0cm",
        "120MM X 190MM",
    ],
)
def test_a_size_is_a_width_and_a_height(text: str) -> None:
    """Any width and height can be asked for; the unit need not be said twice."""
    size = Size.parse(text)
    assert (size.name(), size.css()) == ("120 × 190 mm", "120mm 190mm")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("148mm x 210mm", "A5"),
        ("5.5in x 8.5in", "half-letter"),
        ("300px x 400px", "79.375 × 105.833 mm"),
    ],
)
def test_a_size_is_named_as_people_name_it(text: str, name: str) -> None:
    """A size given by its sides has its usual name if it has one."""
    assert Size.parse(text).name() == name


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("A55", "did you mean `A5`?"),
        ("halfletter", "did you mean `half-letter`?"),
        ("big", "write a width and a height (`120mm x 190mm`) or one of A3, A4, "),
        ("120 x 190", "write a width and a height"),
        ("120mm", "write a width and a height"),
        ("120mm x 190mm x 1mm", "write a width and a height"),
        ("0mm x 190mm", "write a number and a unit"),
        ("120mm x 190miles", "write a number and a unit"),
        ("", "write a width and a height"),
    ],
)
def test_what_is_no_size_is_an_error_with_a_hint(text: str, hint: str) -> None:
    """A slip in a name gets the name, anything else the way in which sizes are written."""
    with pytest.raises(BookletError) as caught:
        Size.parse(text)
    assert caught.value.hint.startswith(hint)


@settings(deadline=None)
@given(NUMBERS, NUMBERS)
def test_sizes_come_back_from_css(width: object, height: object) -> None:
    """What a style sheet is told about the paper is the paper."""
    size = Size.parse(f"{width}mm x {height}mm")
    again = Size.parse(" x ".join(size.css().split()))
    assert again.width.to("mm") == pytest.approx(size.width.to("mm"), abs=0.005)
    assert again.height.to("mm") == pytest.approx(size.height.to("mm"), abs=0.005)


# In inches, as they are sold.
AMERICAN = {
    "letter": (8.5, 11), "half-letter": (5.5, 8.5), "legal": (8.5, 14), "tabloid": (11, 17),
    "executive": (7.25, 10.5),
}  # fmt: skip


def test_sizes_are_those_of_their_standards() -> None:
    """A sheet of ISO or JIS is half of the next larger one; an American one counts in inches."""
    for name, (width, height) in SIZES.items():
        if name in AMERICAN:
            assert (width / 25.4, height / 25.4) == pytest.approx(AMERICAN[name])
        elif larger := SIZES.get(f"{name[0]}{int(name[1]) - 1}{name[2:]}"):
            assert (width, height) == (larger[1] // 2, larger[0])
