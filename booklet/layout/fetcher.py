"""What the layout engine may read: the essay's folder and the house's fonts, and nothing else."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from booklet.digest import digest
from booklet.errors import BookletError
from booklet.fonts import faces
from booklet.fonts import files as font_files
from booklet.fonts.files import is_font
from booklet.layout.addresses import HOME
from booklet.layout.css_numbers import tamed
from booklet.layout.weasyprint_api import URLFetcher, URLFetcherResponse
from booklet.layout.web_pictures import Web
from booklet.source import MOST_BYTES, pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from booklet.source import Shelf

FONTS = ("font_source_serif_pro", "font_source_sans_pro")

# WeasyPrint asks for the kind of these two; it looks into everything else.
_KINDS = {".svg": "image/svg+xml", ".css": "text/css"}

# Style sheets that bring one another in, or themselves.
_MOST_SHEETS = 100

_ALLOW = "only the essay's folder is read; --allow-network lets pictures come from the web"


class Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves HOME from a shelf, and `fonts/Source…` under it from the font packages.

    Anything else is refused; the web too, unless `network` is set: then pictures may come from it,
    and nothing else.
    """

    def __init__(self, shelf: Shelf, network: bool, web: Web | None = None) -> None:
        """Take the shelf with the essay's files, and who brings pictures from the web."""
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.shelf, self.network, self._web = shelf, network, web or Web()
        self.in_a_sheet = False  # while one is read, which asks for others and for fonts
        self.used: set[str] = set()
        self._sums: dict[str, str] = {}
        self._of_house: set[str] = set()
        self._said: dict[str, None] = {}
        self._sheets = 0

    def said(self) -> tuple[str, ...]:
        """Return what there is to be said of style sheets that were fetched since the last call."""
        said, self._said = tuple(self._said), {}
        return said

    def files(self) -> tuple[tuple[str, str], ...] | None:
        """Return the files on the shelf that were used since the last call, with their digests.

        The digest of a file that is not there is empty. It is None if something else was used that
        can be another at any time: something in the web.
        """
        used, self.used, self._sheets = self.used, set(), 0
        if any(url.startswith(("http:", "https:")) and not url.startswith(HOME) for url in used):
            return None
        own = (url for url in used - self._of_house if url.startswith(HOME))
        return tuple(sorted((_path(url), self._sums.get(url, "")) for url in own))

    def changed(self) -> Iterator[str]:
        """Yield the addresses at which there is another file by now than when it was taken."""
        for url, was in self._sums.items():
            try:
                now = digest(self.shelf.take(_path(url)))
            except BookletError:
                now = ""
            if now != was:
                yield url

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return what stands at `url`; raises ValueError for what may not be read."""
        parts = urlsplit(url)
        self.used.add(url)
        if url.startswith(HOME):
            path = _path(url)
            kind = _KINDS.get(path[-4:].lower(), "application/octet-stream")
            content = self._take(path, url)
            if kind == "text/css":
                content = self._tamed(content, path)
            return URLFetcherResponse(url, content, {"Content-Type": kind})
        if parts.scheme == "data":
            return self._within(url, headers)
        if parts.scheme in ("http", "https"):
            return self._far(url)
        raise ValueError("only the essay's folder is read")

    def _take(self, path: str, url: str) -> bytes:
        """Return the bytes of a font of the house, or of a file on the shelf."""
        name = path.removeprefix("fonts/")
        if cast := faces.added(path) or (_is_of_house(path) and faces.of_house(name)):
            self._of_house.add(url)
            return cast
        if _is_of_house(path):
            for package in FONTS:
                font = files(package) / "files" / name
                if font.is_file():
                    self._of_house.add(url)
                    return font.read_bytes()
        self._sums[url] = ""
        try:
            content = self.shelf.take(path)
        except BookletError as error:
            raise ValueError(error.message) from error
        self._sums[url] = digest(content)
        return _harmless(content)

    def _tamed(self, content: bytes, path: str) -> bytes:
        """Return a style sheet without the numbers that no page can hold, of which it is told."""
        self._sheets += 1
        if self._sheets > _MOST_SHEETS:
            raise ValueError(f"there are more than {_MOST_SHEETS} style sheets")
        rules, said = tamed(content.decode("latin-1"), path)
        self._said |= dict.fromkeys(said)
        return rules.encode("latin-1")

    def _within(self, url: str, headers: object) -> URLFetcherResponse:
        """Return what stands in an address itself."""
        answer = super().fetch(url, headers)
        content = answer.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES // 1_000_000} MB")
        if answer.content_type == "text/css":
            content = self._tamed(content, "")
        return URLFetcherResponse(url, _harmless(content), answer.headers, answer.status)

    def _far(self, url: str) -> URLFetcherResponse:
        """Return a picture from the web; raises ValueError for anything else."""
        if not self.network:
            raise ValueError(_ALLOW)
        if self.in_a_sheet:
            raise ValueError("only pictures come from the web; copy it beside the essay")
        content = self._web.take(url)
        if pictures.fault(content) == pictures.NONE:
            raise ValueError("it is not a picture, and nothing else comes from the web")
        return URLFetcherResponse(url, _harmless(content), {})


def _path(url: str) -> str:
    """Return the path of a file on the shelf, whose address is below HOME."""
    return unquote(urlsplit(url).path).lstrip("/")


def _is_of_house(path: str) -> bool:
    """Whether a path can be that of a font of the house: an author's may begin so as well."""
    return path.startswith("fonts/Source") and "/" not in path.removeprefix("fonts/")


def _harmless(content: bytes) -> bytes:
    """Return content that can be set, or is neither picture nor font; else raises ValueError.

    A picture is made as it is set right.
    """
    if is_font(content):
        if fault := font_files.fault(content):
            raise ValueError(f"it {fault}")
        return content
    fault = pictures.fault(content)
    if fault == pictures.NONE:
        return content
    try:
        if fault:
            raise ValueError(fault)
        return pictures.prepared(content)
    except ValueError as error:
        raise ValueError(f"it {error}") from error
