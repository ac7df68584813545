"""What the tests of whole booklets share: a press that is given files, and readers of its PDFs."""

from __future__ import annotations

import http.server
import io
import itertools
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pikepdf
import pytest

from booklet.pipeline import make
from booklet.press import Order
from booklet.quick import likely_work
from booklet.quick.layout import QuickLayout
from booklet.quick.stages import with_layouts
from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from booklet.findings import Finding
    from booklet.layout import Layout
    from booklet.press import Booklet, BookletSet
    from booklet.quick.last_work import LastWork

    Files = str | Mapping[str, str | bytes]

ESSAY = """\
---
title: A short essay
author: A. Writer
---

The first paragraph calls a note.[^1]

[^1]: The note that is called.

## A section

The second paragraph has a [link](https://example.org/) in it.
"""

# The whole press as a person starts it: `./inv` is this, after its set-up.
INV = (
    sys.executable,
    "-I",
    "-X",
    "utf8",
    str(ROOT / "setup" / "verbs.py"),
    "--search-root",
    str(ROOT),
)


def pull(
    order: Order,
    layouts: Sequence[Layout],
    say: Callable[[str], None] = lambda _: None,
    last: LastWork | None = None,
) -> BookletSet:
    """Make what an order names, with layouts that are there already."""
    return make(order, with_layouts(layouts, last), say)


@dataclass
class Shop:
    """A folder with an essay, and a press that stands ready."""

    folder: Path
    crew: QuickLayout

    def write(self, files: Files) -> None:
        """Write files into the folder; a text alone is essay.md."""
        for name, content in ({"essay.md": files} if isinstance(files, str) else files).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def __call__(
        self,
        files: Files = ESSAY,
        *,
        seconds: float = 0,
        say: Callable[[str], None] = lambda _: None,
        **order: Any,
    ) -> Booklet:
        """Press the essay in the folder after writing `files`; `seconds` is a limit of time.

        Unless others are asked for, it is the reading edition, which is the quickest to make.
        """
        return self.set(files, seconds=seconds, say=say, **order).booklets[0]

    def set(
        self,
        files: Files = ESSAY,
        *,
        seconds: float = 0,
        say: Callable[[str], None] = lambda _: None,
        **order: Any,
    ) -> BookletSet:
        """Press all that is asked for, and return the whole set."""
        self.write(files)
        usual_order = {"essay": "essay.md", "editions": ("reader",), "out": "out"}
        order = {**usual_order, "cwd": self.folder, **order}
        usual = self.crew.limits
        try:
            if seconds:
                self.crew.limits = replace(usual, seconds=seconds)
            return pull(Order(**order), [self.crew], say)
        finally:
            self.crew.limits = usual


# What a shell runs in the background is deaf to Ctrl-C, what `nohup` runs to the end of its
# terminal; and so would be all that the tests start.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


@pytest.fixture(autouse=True)
def _store(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give each test an empty store of its own: none finds what another has made."""
    stores = tmp_path_factory.getbasetemp() / "stores"
    monkeypatch.setenv("BOOKLET_STORE", str(stores / f"{next(_NUMBERS)}"))
    likely_work.store.cache_clear()


_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def warm() -> Iterator[QuickLayout]:
    """Keep a process for all tests: to start one takes longer than an essay."""
    with QuickLayout() as crew:
        yield crew


@pytest.fixture
def crew(warm: QuickLayout) -> Iterator[QuickLayout]:
    """Return a crew that knows nothing, as a person's does, though its process has started.

    What an earlier test laid out, dressed or left behind must not help this one, or harm it.
    """
    crew = QuickLayout(at_once=False)
    crew._processes, warm._processes = warm._processes, []
    try:
        yield crew
    finally:
        crew.forget()
        warm._processes = crew._processes


@pytest.fixture(scope="module")
def lasting() -> Iterator[QuickLayout]:
    """Return a crew for what all tests of a file look at: its process is no other's."""
    with QuickLayout() as crew:
        yield crew


@pytest.fixture
def press(tmp_path: Path, crew: QuickLayout) -> Shop:
    """Return a press in an empty folder."""
    folder = tmp_path / "essay"
    folder.mkdir()
    return Shop(folder, crew)


@pytest.fixture
def inv(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs a verb as a person does, in the folder `tmp_path`."""

    def run(
        *words: str | Path, timeout: float = 100, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*INV, *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=timeout,
            **options,
        )

    return run


# What was found.


def told(booklet: Booklet) -> list[str]:
    """Return the codes and lines of all findings: `M06 essay.md:3`."""
    return [tell(finding) for finding in booklet.report.findings]


def tell(finding: Finding) -> str:
    """Return the code and the place of a finding."""
    return f"{finding.code} {finding.where}"


def losses(booklet: Booklet) -> list[str]:
    """Return the errors of a booklet as they are shown."""
    return [str(finding) for finding in booklet.report.of("error")]


# What the PDF holds, as other programs read it.


def texts(pdf: bytes | Path, *words: str) -> list[str]:
    """Return the text of each page, as poppler reads it; `-layout` keeps lines together."""
    return _poppler("pdftotext", pdf, *words, "-enc", "UTF-8", "-").split("\f")[:-1]


def labels(pdf: bytes) -> list[str]:
    """Return the label of each page, as qpdf reads it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [cast("str", page.label) for page in document.pages]  # its types say a method


def everything(pdf: bytes) -> bytes:
    """Return all that is in a PDF, its streams and strings uncompressed."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.specialized,
        )
    return out.getvalue()


def _poppler(program: str, pdf: bytes | Path, *words: str) -> str:
    """Return what one of poppler's programs says of a PDF."""
    given = pdf if isinstance(pdf, bytes) else pdf.read_bytes()
    return subprocess.run(
        [program, *words[:-1], "-", words[-1]], input=given, capture_output=True, check=True
    ).stdout.decode()


# A server in this machine, which counts what it is asked for.


@dataclass
class Server:
    """A web server: what it has, by path (a status, headers, a body), and what it was asked."""

    address: str
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a web server on the loopback."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            status, headers, body = known.pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        known = Server(f"http://127.0.0.1:{web.server_port}")
        thread = threading.Thread(target=web.serve_forever, daemon=True)
        thread.start()
        yield known
        web.shutdown()
        thread.join()
