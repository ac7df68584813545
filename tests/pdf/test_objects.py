"""Objects of a PDF as text: the same as pydyf's, byte for byte."""

from __future__ import annotations

from typing import Any

import pydyf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from booklet.pdf.objects import WrittenObject, text_of

NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary()
    | NAMES
    | st.text().map(pydyf.String)
    | st.binary().map(WrittenObject),
    lambda inside: (
        st.lists(inside).map(pydyf.Array) | st.dictionaries(NAMES, inside).map(pydyf.Dictionary)
    ),
)


@given(VALUES)
def test_whatever_stands_in_a_pdf_is_written_as_pydyf_does(value: Any) -> None:
    """Numbers of all kinds, names, strings, what is in one another; and once more the same."""
    assert text_of(value) == text_of(value) == pydyf._to_bytes(value)


def test_equal_numbers_of_two_kinds_are_told_apart() -> None:
    """What was written before is not taken for what only compares the same."""
    alike = [1, 1.0, True, 0, 0.0, -0.0, False, "1", b"1"]
    assert [text_of(value) for value in alike] == [pydyf._to_bytes(value) for value in alike]
    assert [text_of(value) for value in reversed(alike)] == [
        pydyf._to_bytes(value) for value in reversed(alike)
    ]


@pytest.mark.parametrize("value", ["é", pydyf.Array(["é"]), pydyf.Dictionary({"é": 1})])
def test_a_name_that_is_not_plain_is_refused(value: Any) -> None:
    """pydyf writes no such name, and neither do we."""
    for write in (text_of, pydyf._to_bytes):
        with pytest.raises(UnicodeEncodeError):
            write(value)


def test_an_object_whose_text_is_known_is_one_of_pydyfs() -> None:
    """It has a number when it is added, and may stand in a stream of objects."""
    pdf, known, other = pydyf.PDF(), WrittenObject(b"[1 2]"), WrittenObject(b"null")
    pdf.add_object(known)
    pdf.add_object(other)
    assert known.indirect == b"3 0 obj\n[1 2]\nendobj"
    assert (known.number, known.generation, known.free, known.compressible) == (3, 0, "n", True)
    assert other.reference == b"4 0 R"
