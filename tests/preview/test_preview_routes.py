"""The preview without a browser: who may look, what is watched, which editor opens what."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
import watchfiles

from booklet.errors import BookletError
from booklet.preview import file_watch
from booklet.preview.editor import Editor, chosen
from booklet.preview.file_watch import Changes, Watch
from booklet.preview.page_digests import digests
from booklet.preview.server import _door
from booklet.preview.view import edited, refused, shown
from booklet.source import ROOT
from tests.conftest import ESSAY, INV, Shop
from tests.desk import from_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Who may look.


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a preview."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "essay.md").write_text(ESSAY)
    words = ("preview", "--no-open", "--essay", str(folder), "--out", str(folder / "out"))
    with subprocess.Popen([*INV, *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[4]
        process.send_signal(signal.SIGINT)
        assert "stopped" in process.stdout.read()
    assert process.returncode == 0


def ask(
    address: str, path: str = "", method: str = "GET", **headers: str
) -> http.client.HTTPResponse:
    """Return the answer to a request for a path below the address, with other headers."""
    _, _, host, *words = address.split("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    target = path if path.startswith("/") else f"/{words[0]}/{path}"
    connection.putrequest(method, target, skip_host="Host" in given)
    for name, value in given.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_its_own_page_is_answered(address: str) -> None:
    """With a policy that lets in nothing from elsewhere."""
    answer = ask(address)
    assert answer.status == 200
    policy = answer.getheader("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.getheader("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "stranger.example"},
        {"Host": "stranger.example:8421"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1.stranger.example"},
        {"Host": ""},
        {"Origin": "http://stranger.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
def test_strangers_are_refused(address: str, headers: dict[str, str]) -> None:
    """Other names of this machine, other pages, and other ports: before anything is looked up."""
    assert ask(address, **headers).status == 403
    assert ask(address, "web/main.js", **headers).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/events/reader",
        "/00000000000000000000000000000000/",
        "web/../server.py",
        "web/..%2fserver.py",
        "web/%2e%2e/server.py",
        "web//etc/passwd",
        "face/../../etc/passwd",
        "picture/../../../etc/passwd/100",
        "page/reader/999999",
        "page/nothing/0",
        "essay.md",
        "open",
    ],
)
def test_other_paths_are_refused(address: str, path: str) -> None:
    """There is the page, what it consists of, and what is on show: no path reaches the disk."""
    assert ask(address, path).status in (403, 404, 405)


def test_orders_come_from_its_own_page_alone(address: str) -> None:
    """A form or a script of another page cannot open the editor."""
    assert ask(address, "open", "POST").status == 403
    assert ask(address, "open", "POST", Origin="http://stranger.example").status == 403
    origin = "/".join(address.split("/")[:3])
    assert ask(address, "open", "POST", Origin=origin).status == 400


NO_PLACES = {
    "nothing": (b"", 400),
    "no JSON": (b"{", 400),
    "nested without end": (b"[" * 9_000, 400),
    "no place": (b"{}", 400),
    "a list": (b"[1]", 400),
    "a number": (b"7", 400),
    "a line without end": (b'{"path": "essay.md", "line": 1e999}', 400),
    "a line of digits": (b'{"path": "essay.md", "line": "' + b"9" * 5_000 + b'"}', 400),
    "no line": (b'{"path": "essay.md", "line": NaN}', 400),
    "no text": (b"\xff\xfe\xfd", 400),
    "another file": (b'{"path": "/etc/passwd", "line": 1}', 404),
    "half a letter": (b'{"path": "\\ud800", "line": 1}', 404),
    "too much": (b"[" * 2_000_000, 413),
}


@pytest.mark.parametrize(("body", "status"), NO_PLACES.values(), ids=NO_PLACES)
def test_what_is_no_place_opens_nothing(address: str, body: bytes, status: int) -> None:
    """And is answered with what is wrong with it, not with a mishap of the server's."""
    _, _, host, word, _ = address.split("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    headers = {"Origin": f"http://{host}", "Content-Length": str(len(body))}
    try:
        connection.request("POST", f"/{word}/open", body, headers)
        assert connection.getresponse().status == status
    except BrokenPipeError:  # it did not want to hear all of it
        assert status == 413
    finally:
        connection.close()


@pytest.mark.parametrize(
    "path",
    [
        f"page/reader/{'9' * 400}",
        f"page/reader/{'9' * 5_000}",
        f"picture/abc/{'9' * 400}",
        f"picture/abc/{'9' * 5_000}",
        "picture/abc/-1",
        f"search/reader?words=a&from={'9' * 5_000}",
        "page/%00/0",
        "page/%ff%fe/0",
    ],
    ids=lambda path: path[:30],
)
def test_absurd_addresses_are_answered(address: str, path: str) -> None:
    """As those of what is not there, or of a page that is not asked for."""
    assert ask(address, path).status in (200, 400, 403, 404)


def test_a_connection_that_says_nothing_is_closed(address: str) -> None:
    """Nor does one stay that says what it wants a letter at a time; others are served meanwhile."""
    _, _, host, word, _ = address.split("/")
    begun = f"GET /{word}/ HTTP/1.1\r\nHost: {host}\r\n"
    sends = f"POST /{word}/open HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
    heads = ("", begun, f"{begun}\r\n{begun}", f"{sends}Content-Length: 9\r\n\r\n")
    name, _, port = host.partition(":")
    links = [socket.create_connection((name, int(port)), 60) for _ in heads]
    for link, head in zip(links, heads, strict=True):
        link.sendall(head.encode())
    assert ask(address).status == 200
    ended = threading.Event()

    def drip() -> None:
        while not ended.wait(0.5):
            for link in links[1:]:
                with contextlib.suppress(OSError):
                    link.sendall(b"X")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        for link in links:
            with contextlib.suppress(ConnectionError), link:
                while link.recv(1 << 16):
                    pass
    finally:
        ended.set()
        dripping.join()
    assert ask(address).status == 200


@pytest.mark.parametrize("port", ["-1", "65536", "99999", "1e9", "1000000000", "text", "80.5", ""])
def test_what_is_no_port_is_said(inv: Callable[..., Any], tmp_path: Path, port: str) -> None:
    """In a sentence, before anything is begun."""
    (tmp_path / "essay.md").write_text(ESSAY)
    done = inv("preview", "--no-open", "--essay", str(tmp_path), f"--port={port}")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stderr.startswith("error: ")
    assert "hint: " in done.stderr


def test_the_browser_is_not_started_with_the_word(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever is on the machine sees what it is started with; a file that leads on is for one."""
    from booklet import preview as room
    from booklet.press import Order
    from booklet.preview import rebuild_loop, server_process

    monkeypatch.setattr(server_process, "BUILD", tmp_path)
    monkeypatch.setattr(rebuild_loop.RebuildLoop, "work", lambda _: None)
    seen: list[tuple[str, str, int]] = []
    said: list[str] = []

    def look(address: str) -> None:
        path = Path(address.removeprefix("file://"))
        seen.append((address, path.read_text(), path.stat().st_mode & 0o777))

    room.preview(Order(cwd=tmp_path), said.append, look=look)
    ((address, page, mode),) = seen
    word = (tmp_path / ".preview").read_text()
    assert word in said[0]
    assert word not in address
    assert re.search(rf'content="0; url=http://127\.0\.0\.1:\d+/{word}/"', page)
    assert mode == 0o600
    assert not (tmp_path / "preview.html").exists()


def test_it_listens_on_the_loopback_alone(address: str) -> None:
    """No other address of this machine is open."""
    port = int(address.split(":")[2].split("/")[0])
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]
    assert [each for each in listening if each.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]
    six = Path("/proc/net/tcp6")
    assert not six.exists() or f":{port:04X} " not in six.read_text().split("sl")[0]


def test_a_port_that_is_taken_is_an_error(address: str, tmp_path: Path) -> None:
    """Whoever asks for one port does not want another."""
    (tmp_path / "essay.md").write_text(ESSAY)
    port = address.split(":")[2].split("/")[0]
    words = ("preview", "--no-open", "--essay", str(tmp_path), "--port", port)
    done = subprocess.run([*INV, *words], capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 1
    assert f"port {port} cannot be had" in done.stderr
    assert "--port" in done.stderr


def test_two_that_begin_at_once_have_ports_of_their_own() -> None:
    doors = [_door(0) for _ in range(3)]
    ports = {door.getsockname()[1] for door in doors}
    for door in doors:
        door.close()
    assert len(ports) == 3


def test_the_word_in_the_address_is_for_its_owner(address: str) -> None:
    """It is kept where nobody else can read it."""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[0-9a-f]{32}/", address)
    assert os.stat(ROOT / "build" / ".preview").st_mode & 0o077 == 0


# What is watched.


class Heard:
    """What a watch has heard, and a way to wait for it."""

    def __init__(self, root: Path) -> None:
        self.changes = Changes()
        self.watch = Watch(root, root / "out", self.changes.add)

    def names(self) -> set[str]:
        """Wait for the next changes, and return the names of the files."""
        return {path.name for path in self.changes.take()}

    def until(self, name: str) -> None:
        """Wait until a file has been named, or else everything."""
        while not {name, self.watch.root.name} & self.names():
            pass


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Heard]:
    """A watch over a folder with an essay."""
    root = tmp_path / "essay"
    (root / "images").mkdir(parents=True)
    (root / "essay.md").write_text(ESSAY)
    heard = Heard(root)
    with heard.watch:
        yield heard


def test_a_save_is_heard(heard: Heard) -> None:
    """Whether the editor writes the file itself, or renames another into its place."""
    essay = heard.watch.root / "essay.md"
    essay.write_text("one")
    heard.until("essay.md")
    draft = essay.with_name("essay.md~")
    draft.write_text("two")
    draft.replace(essay)
    heard.until("essay.md")


def test_files_in_folders_are_heard(heard: Heard) -> None:
    """In those that are there, in new ones, and in those that come by another name."""
    root = heard.watch.root
    (root / "images" / "a.png").write_bytes(b"1")
    heard.until("a.png")
    (root / "new" / "deep").mkdir(parents=True)
    heard.until("new")
    (root / "new" / "deep" / "b.png").write_bytes(b"1")
    heard.until("b.png")
    (root / "new").rename(root / "other")
    heard.until("other")
    (root / "other" / "deep" / "c.png").write_bytes(b"1")
    heard.until("c.png")


def test_an_essay_that_was_away_is_heard_of(heard: Heard) -> None:
    """As when a branch is changed: the folder goes, and another one takes its place."""
    root = heard.watch.root
    root.rename(root.with_name("away"))
    root.mkdir()
    (root / "essay.md").write_text("back")
    heard.until("essay.md")
    (root / "essay.md").write_text("and changed")
    heard.until("essay.md")


def test_a_system_without_watches_is_looked_at_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no more folders can be watched, changes are heard of all the same."""

    def exhausted(*folders: Path, force_polling: bool | None, **words: Any) -> object:
        if not force_polling:
            raise OSError(28, "OS file watch limit reached.")
        return watchfiles.watch(*folders, force_polling=True, **words)

    monkeypatch.setattr(file_watch, "notice", exhausted)
    heard = Heard(tmp_path)
    with heard.watch:
        (tmp_path / "essay.md").write_text("one")
        heard.until("essay.md")


def test_what_the_press_writes_is_not_heard(heard: Heard) -> None:
    """Nor are drafts of editors and hidden files: it would press without end."""
    root = heard.watch.root
    for name in ("out/booklet.pdf", ".hidden", "essay.md~", ".essay.md.swp", "booklet.pdf"):
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"1")
    (root / "last.md").write_text("the end")
    names = set()
    while "last.md" not in names:
        names |= heard.names()
    assert names <= {"last.md", "out", root.name}


def test_changes_are_taken_once_and_together() -> None:
    """Whoever waits gets all there are; then there are none."""
    changes = Changes()
    threading.Timer(0, changes.add, [{Path("a"), Path("b")}]).start()
    assert changes.take() == {Path("a"), Path("b")}
    assert not changes


# Which page was edited, and which pages have changed.


def test_the_first_block_that_differs_was_edited() -> None:
    """A word, a new block, one that was taken out, a note, or the title page."""
    text = "# One\n\nA.\n\nB.[^n]\n\nC.\n\n[^n]: Note.\n"
    before = from_text(text)
    anchors = {block.text.strip("\ufdd0\ufdd1"): block.id for block in before.blocks}

    def change(old: str, new: str) -> str:
        return edited(before, from_text(text.replace(old, new)))

    assert change("C.", "D.") == anchors["C."]
    assert change("C.", "*C.*") == anchors["C."]
    assert change("A.", "**A.**") == anchors["A."]
    assert change("\n\nC.", "") == change("B.", "E.")
    assert change("Note.", "Other.").endswith("n1")
    assert change("# One", "---\nauthor: A\n---\n\n# One") == "cover"
    assert change("", "") == ""


def test_pages_that_look_the_same_have_the_same_digest(press: Shop) -> None:
    """An edit changes the digests of the pages that it changes, and of no other."""
    long = ESSAY + "\n".join(
        f"\nA paragraph, number {n}, of some words. {'More. ' * 60}" for n in range(20)
    )
    one, two, three = (
        press(text) for text in (long, long.replace("number 19, of", "number 20, of"), long)
    )
    before, after = digests(one.pages.pdf), digests(two.pages.pdf)
    assert before == digests(three.pages.pdf)
    assert len(before) == len(after) == len(one.pages.leaves)
    body = [n for n, leaf in enumerate(one.pages.leaves) if leaf.part.startswith("c0")]
    changed = [n for n in body if before[n] != after[n]]
    assert changed
    assert changed[0] > body[1]


def test_a_picture_belongs_to_the_digest(tmp_path: Path) -> None:
    """What a page names, at any depth, is a part of how it looks."""

    def made(grey: int, name: str) -> str:
        pdf = pikepdf.new()
        inner = pikepdf.Stream(
            pdf, f"{grey / 10} g 0 0 9 9 re f".encode(), Type=pikepdf.Name.XObject
        )
        outer = pikepdf.Stream(pdf, b"/in Do", Type=pikepdf.Name.XObject)
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({"/in": inner}))
        page = pdf.add_blank_page(page_size=(90, 90))
        page.Contents = pikepdf.Stream(pdf, b"/x1 Do")
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({"/x1": outer}))
        pdf.save(tmp_path / name)
        return digests((tmp_path / name).read_bytes())[0]

    assert made(1, "a.pdf") == made(1, "b.pdf")
    assert made(1, "a.pdf") != made(2, "b.pdf")


def test_an_error_has_its_page(press: Shop) -> None:
    """That of the last block of the good booklet which begins at its line or before it."""
    made = press.set(ESSAY)
    view = shown(made, None)
    (block,) = [b for b in view.blocks if b.kind == "h2"]
    error = BookletError("no", next(iter(made.booklets[0].edition.manuscript.blocks)).where)
    assert refused(error, view.blocks).page == block.page
    assert refused(BookletError("no"), view.blocks).page == -1


# Which editor.


def test_an_editor_is_told_file_and_line(tmp_path: Path) -> None:
    """By its own way of saying it, or by the one that is given; a name cannot add words."""
    program = tmp_path / "code"
    program.write_text('#!/bin/sh\nprintf \'%s\\n\' "$@" > "$0.txt"\n')
    program.chmod(0o755)
    assert chosen(str(program)) == Editor((str(program), "-g", "{file}:{line}"))
    editor = chosen(f"{program} --at {{line}} {{file}}")
    assert editor
    fifo = Path(f"{program}.txt")
    os.mkfifo(fifo)
    editor.open(Path("/essays/{line} $(x); a.md"), 12)
    assert fifo.read_text().splitlines() == ["--at", "12", "/essays/{line} $(x); a.md"]


def test_an_editor_that_needs_the_terminal_is_left_alone(tmp_path: Path) -> None:
    """The terminal is the press's; an editor that waits need not."""
    for name in ("vi", "gedit"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    assert chosen("", {"VISUAL": str(tmp_path / "vi")}) is None
    graphical = chosen("", {"EDITOR": f"{tmp_path / 'gedit'} --wait"})
    assert graphical == Editor((str(tmp_path / "gedit"), "+{line}", "{file}"))


def test_an_editor_that_is_not_there_is_an_error() -> None:
    """Before anything is made, and with an example."""
    with pytest.raises(BookletError, match="is not there") as caught:
        chosen("no-such-editor {file}")
    assert "--editor" in caught.value.hint


# Watching without a browser.


def test_watch_prints_a_line_for_each_booklet(tmp_path: Path) -> None:
    """When, what and why; an error keeps it going, and Ctrl-C ends it well."""
    essay = tmp_path / "essay.md"
    essay.write_text(ESSAY)
    words = ("watch", "--essay", "essay.md", "--edition", "reader", "--out", "out")
    with subprocess.Popen(
        [*INV, *words], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout

        def until(pattern: str) -> str:
            for line in process.stdout or ():
                if re.search(pattern, line):
                    return line
            raise AssertionError(pattern)

        until(r"^\d\d:\d\d:\d\d  out/booklet\.pdf: \d+ pages, \d+\.\d s$")
        essay.write_text(ESSAY.replace("author", "autor"))
        until(r"not made; the last good booklet is still there \(essay\.md\)")
        until(r"essay\.md:3: `autor` is not a key")
        essay.write_text(ESSAY.replace("second", "third"))
        until(r"out/booklet\.pdf: .*\(essay\.md\)$")
        process.send_signal(signal.SIGTERM)
        until("stopped")
    assert process.returncode == 0


def test_watch_goes_on_when_nobody_reads_along(tmp_path: Path) -> None:
    """As in `./inv watch | head -1`: it makes booklets, whoever listens."""
    essay = tmp_path / "essay.md"
    essay.write_text(ESSAY)
    words = ("watch", "--essay", "essay.md", "--edition", "reader", "--out", "out")
    command = [*INV, *words]
    with subprocess.Popen(
        command, text=True, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        booklet = tmp_path / "out" / "booklet.pdf"
        for change in ("third", "fourth"):
            before = booklet.read_bytes()
            essay.write_text(ESSAY.replace("second", change))
            while booklet.read_bytes() == before:  # the timeout of the test is its limit
                time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.stderr.read() == ""
    assert process.returncode == 0
