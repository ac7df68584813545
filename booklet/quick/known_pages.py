"""What is known of pages that were read before: one that is the same is not read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from booklet.digest import digest
from booklet.preflight.read_back import Page

if TYPE_CHECKING:
    from booklet.quick.same_pages import Uses

# Pages that are remembered beside twice those of the book in hand: other editions of it.
_MORE = 1000


# As ReadPages has them, but with the codes of a font in one piece.
_Packed = tuple[dict[str, Page], dict[str, dict[str, bytes] | None]]


class ReadPages:
    """The pages that were read lately, by what is in them.

    `read` counts the pages of the book in hand that were not known.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.read = 0
        self._pages: dict[str, Page] = {}
        self._keys: tuple[str, ...] = ()
        self._uses: dict[str, Uses | None] = {}

    def look_at(self, pdf: bytes, rtl: bool) -> None:
        """Take the PDF in hand, which is read from right to left if `rtl`."""
        self.read = 0
        from booklet.quick.same_pages import digests  # late: nothing else here opens PDFs so

        found = digests(pdf, self._uses)
        for key in [*self._uses][: -2 * len(found) - _MORE]:
            del self._uses[key]
        self._keys = tuple(key and digest(key, repr(rtl)) for key in found)

    def page(self, number: int) -> Page | None:
        """Return a page of the PDF in hand (from 0) if it is known."""
        page = self._pages.pop(self._key(number), None)
        if page is None:
            self.read += 1
        else:
            self._pages[self._key(number)] = page  # it was used last
        return page

    def keep(self, number: int, page: Page) -> None:
        """Remember a page of the PDF in hand (from 0); what was not used for longest goes."""
        if key := self._key(number):
            self._pages[key] = page
            if len(self._pages) > 2 * len(self._keys) + _MORE:
                del self._pages[next(iter(self._pages))]

    def _key(self, number: int) -> str:
        """Return the digest of a page, or an empty string."""
        return self._keys[number] if number < len(self._keys) else ""

    def packed(self) -> bytes:
        """Return what is known of the PDF in hand, to be kept for another process."""
        pages = {key: self._pages[key] for key in self._keys if key in self._pages}
        uses: dict[str, dict[str, bytes] | None] = {}
        for key, used in self._uses.items():
            uses[key] = None if used is None else {f: b"".join(used[f]) for f in used}
        return msgspec.msgpack.encode((pages, uses))

    def unpack(self, kept: bytes) -> None:
        """Take what another process has packed; what cannot be read is nothing."""
        from booklet.quick.same_pages import by_four

        try:
            pages, uses = msgspec.msgpack.decode(kept, type=_Packed)
        except msgspec.DecodeError:
            return
        self._pages |= pages
        for key, used in uses.items():
            self._uses[key] = None if used is None else {f: by_four(used[f]) for f in used}
