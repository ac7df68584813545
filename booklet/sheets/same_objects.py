"""Whether objects of two PDFs are the same, whatever their numbers are."""

from __future__ import annotations

from decimal import Decimal

from pikepdf import Array, Dictionary, Object, Stream

from booklet.sheets.operators import inherited

# Two values to compare, each as pikepdf gives it: an object, a plain value, or nothing.
_Pair = tuple[object, object]

# How the bytes of a stream are packed, which says nothing of what is in them.
_PACKED = {"/Length", "/Filter", "/DecodeParms"}
# What makes a form of a page (ISO 32000-1, 8.10.2); its resources and its group are compared.
_OF_FORM = _PACKED | {"/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Group"}


class Twins:
    """Compares what stands in two PDFs; pairs that were found to be the same are remembered.

    Two objects are the same if nothing that can be reached from them differs: so those that lead
    back to themselves are compared once.
    """

    def __init__(self) -> None:
        """Know of no pair yet."""
        self._same: set[tuple[tuple[int, int], tuple[int, int]]] = set()

    def form_of(self, form: Object, page: Object) -> bool:
        """Whether a form draws what a page draws: its content, with its resources and its group."""
        if not _OF_FORM.issuperset(form.keys()) or not _same_content(form, page.get("/Contents")):
            return False
        pairs: list[_Pair] = [
            (form.get("/Resources", Dictionary()), inherited(page, "/Resources") or Dictionary()),
            (form.get("/Group"), page.get("/Group")),
        ]
        return self.same(pairs)

    def same(self, pairs: list[_Pair]) -> bool:
        """Whether both of each pair are the same, with all that they refer to."""
        met: set[tuple[tuple[int, int], tuple[int, int]]] = set()
        while pairs:
            one, other = pairs.pop()
            if not isinstance(one, Object) or not isinstance(other, Object):
                if not _same_value(one, other):
                    return False
                continue
            if one.is_indirect and other.is_indirect:
                pair = (one.objgen, other.objgen)
                if pair in self._same or pair in met:
                    continue
                met.add(pair)
            more = _inside(one, other)
            if more is None:
                return False
            pairs += more
        self._same |= met  # only now: what led to a difference is no twin
        return True


def _inside(one: Object, other: Object) -> list[_Pair] | None:
    """Return the pairs to compare within two objects, or None if they differ already."""
    if isinstance(one, Stream) or isinstance(other, Stream):
        if not (isinstance(one, Stream) and isinstance(other, Stream)):
            return None
        if not _same_bytes(one, other):
            return None
        return _entries(one, other, _PACKED)
    if isinstance(one, Dictionary) and isinstance(other, Dictionary):
        return _entries(one, other, set())
    if isinstance(one, Array) and isinstance(other, Array):
        first, second = one.as_list(), other.as_list()
        return [*zip(first, second, strict=True)] if len(first) == len(second) else None
    return [] if type(one) is type(other) and one == other else None


def _entries(one: Object, other: Object, beside: set[str]) -> list[_Pair] | None:
    """Return the pairs of entries of two dictionaries, or None if they have other keys."""
    keys = one.keys() - beside
    if keys != other.keys() - beside:
        return None
    return [(one.get(key), other.get(key)) for key in sorted(keys)]


def _same_value(one: object, other: object) -> bool:
    """Whether two plain values are the same: numbers, words, true, false or nothing."""
    if isinstance(one, Object) or isinstance(other, Object):
        return False
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    numbers = (int, float, Decimal)
    if isinstance(one, numbers) and isinstance(other, numbers):
        return Decimal(one) == Decimal(other)
    return type(one) is type(other) and one == other


def _same_bytes(one: Stream, other: Stream) -> bool:
    """Whether two streams hold the same, however they are packed."""
    if all(_text(one.get(key)) == _text(other.get(key)) for key in ("/Filter", "/DecodeParms")):
        first, second = one.read_raw_bytes(), other.read_raw_bytes()
        if first == second:
            return True
    return one.read_bytes() == other.read_bytes()


def _text(found: object) -> bytes:
    """Return an entry as it is written."""
    return found.unparse(resolved=True) if isinstance(found, Object) else repr(found).encode()


def _same_content(form: Object, contents: Object | None) -> bool:
    """Whether a form has the operators of a page, which may be in several streams."""
    if not isinstance(form, Stream):
        return False
    if contents is None:
        return not form.read_bytes().strip()
    if isinstance(contents, Stream):
        return _same_bytes(form, contents)
    pieces = [piece.read_bytes() for piece in contents.as_list()]
    return b"".join(_ended(piece) for piece in pieces).strip() == form.read_bytes().strip()


def _ended(piece: bytes) -> bytes:
    """Return a piece of content with a new line at its end: words do not go on in the next."""
    return piece if piece.endswith(b"\n") else piece + b"\n"
