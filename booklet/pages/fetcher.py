"""What the layout engine may read: the essay's folder and the house's fonts, and nothing else."""

from __future__ import annotations

import mimetypes
from importlib.resources import files
from urllib.parse import unquote, urlsplit

from booklet.errors import BookletError
from booklet.pages.weasy import URLFetcher, URLFetcherResponse
from booklet.source import Shelf

FONTS = ("font_source_serif_pro", "font_source_sans_pro")

# The address of the essay's folder inside WeasyPrint: the same on every machine, so that nothing
# of a folder's name goes into the PDF. No host can have it (RFC 2606, section 2).
HOME = "https://booklet.invalid/"


class Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves HOME from a shelf, and `fonts/Source…` under it from the font packages.

    Anything else is refused; the web too, unless `network` is set, and then without following
    redirections.
    """

    def __init__(self, shelf: Shelf, network: bool) -> None:
        """Take the shelf with the essay's files."""
        super().__init__(
            timeout=10, allowed_protocols=("http", "https"), allow_redirects=False
        )
        self.shelf, self.network = shelf, network

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return what stands at `url`; raises ValueError for what may not be read."""
        parts = urlsplit(url)
        if url.startswith(HOME):
            path = unquote(parts.path).lstrip("/")
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return URLFetcherResponse(url, self._take(path), {"Content-Type": kind})
        if parts.scheme in ("http", "https") and self.network:
            return super().fetch(url, headers)
        if parts.scheme == "data":
            return URLFetcher(allowed_protocols=("data",)).fetch(url)
        raise ValueError("only the essay's folder is read")

    def _take(self, path: str) -> bytes:
        """Return the bytes of a font of the house, or of a file on the shelf."""
        name = path.removeprefix("fonts/")
        if path.startswith("fonts/Source") and "/" not in name:
            for package in FONTS:
                font = files(package) / "files" / name
                if font.is_file():
                    return font.read_bytes()
        try:
            return self.shelf.take(path)
        except BookletError as error:
            raise ValueError(error.message) from error
