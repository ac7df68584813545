"""The store: what is kept comes back whole or not at all, whatever happens to its files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booklet.digest import digest
from booklet.quick import prestart
from booklet.quick.store import NONE, Store, version
from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

KEY, OTHER = digest("this"), digest("that")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "build" / ".store", "one version")


def file_of(store: Store, kind: str = "pages", key: str = KEY) -> Path:
    assert store.folder
    return store.folder / kind / key


def test_what_is_put_is_taken(store: Store) -> None:
    """What was put comes back, to another press too, and nothing comes back before."""
    assert store.take("pages", KEY) is None
    for content in (b"", b"a page", os.urandom(100_000)):
        store.put("pages", KEY, content)
        assert store.take("pages", KEY) == content
        assert Store(store.folder, "one version").take("pages", KEY) == content


def test_entries_are_apart(store: Store) -> None:
    """Entries of different kinds and digests do not meet."""
    store.put("pages", KEY, b"1")
    store.put("texts", KEY, b"2")
    store.put("pages", OTHER, b"3")
    taken = [store.take(*at) for at in (("pages", KEY), ("texts", KEY), ("pages", OTHER))]
    assert taken == [b"1", b"2", b"3"]
    assert store.take("texts", OTHER) is None


def test_another_version_takes_nothing(store: Store) -> None:
    """What other programs kept is not taken."""
    store.put("pages", KEY, b"a page")
    assert Store(store.folder, "another version").take("pages", KEY) is None


@given(st.lists(st.binary()), st.lists(st.binary()))
def test_digests_tell_pieces_apart(some: list[bytes], others: list[bytes]) -> None:
    """Two lists of pieces have one digest only if they are the same list."""
    assert (digest(*some) == digest(*others)) == (some == others)


def test_a_damaged_entry_is_none(store: Store) -> None:
    """An entry with any byte changed, missing or added is not taken."""
    store.put("pages", KEY, b"a page")
    path = file_of(store)
    whole = path.read_bytes()
    damaged = [whole[:n] for n in range(len(whole))] + [whole + b"\0"]
    damaged += [whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :] for n in range(len(whole))]
    for content in damaged:
        path.write_bytes(content)
        assert store.take("pages", KEY) is None
    store.put("pages", KEY, b"a page")
    assert store.take("pages", KEY) == b"a page"


def test_an_entry_under_another_name_is_none(store: Store) -> None:
    """An entry that was moved to another digest or another kind is not taken."""
    store.put("pages", KEY, b"a page")
    store.put("texts", OTHER, b"a text")
    shutil.copy(file_of(store), file_of(store, "pages", OTHER))
    shutil.copy(file_of(store), file_of(store, "texts", OTHER))
    assert store.take("pages", OTHER) is None
    assert store.take("texts", OTHER) is None


@pytest.mark.parametrize("mode", [0o660, 0o606])
def test_what_others_can_write_is_none(store: Store, mode: int) -> None:
    """An entry that somebody else could have written is not taken."""
    store.put("pages", KEY, b"a page")
    assert file_of(store).stat().st_mode & 0o777 == 0o600
    file_of(store).chmod(mode)
    assert store.take("pages", KEY) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_others_own_is_none(store: Store) -> None:
    """An entry that belongs to another user is not taken, and nothing is put into their folder."""
    store.put("pages", KEY, b"a page")
    os.chown(file_of(store), 12345, 12345)
    assert store.take("pages", KEY) is None
    folder = file_of(store).parent
    os.chown(folder, 12345, 12345)
    store.put("pages", OTHER, b"a page")
    assert [path.name for path in folder.iterdir()] == [KEY]


def test_only_ordinary_files_are_read(store: Store, tmp_path: Path) -> None:
    """A link, a folder, and a pipe that nobody writes into are no entries, and stop nothing."""
    store.put("pages", KEY, b"a page")
    elsewhere = tmp_path / "elsewhere"
    file_of(store).rename(elsewhere)
    file_of(store).symlink_to(elsewhere)
    assert store.take("pages", KEY) is None
    file_of(store).unlink()
    os.mkfifo(file_of(store))
    assert store.take("pages", KEY) is None
    file_of(store).unlink()
    file_of(store).mkdir()
    assert store.take("pages", KEY) is None
    store.put("pages", KEY, b"a page")


def test_it_is_bounded(tmp_path: Path) -> None:
    """It never holds more than it may, and what was used last stays."""
    store = Store(tmp_path, "one version", most=100_000)
    for number in range(200):
        key = digest(str(number))
        store.put("pages", key, bytes(2_000))
        os.utime(tmp_path / "pages" / key, (number, number))  # the clock of the disk may be coarse
        assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 100_000
        if number >= 10:
            assert store.take("pages", digest("10"))  # which makes it the last one used
    kept = [n for n in range(200) if store.take("pages", digest(str(n)))]
    assert kept == [10, *range(kept[1], 200)]
    store.put("pages", KEY, bytes(50_000))
    assert store.take("pages", KEY) is None


def test_abandoned_drafts_are_cleared_away(store: Store) -> None:
    """The draft of a press that was killed goes in time; that of a press at work stays."""
    store.put("pages", KEY, b"a page")
    old, new = (file_of(store).with_name(name) for name in (".old", ".new"))
    old.write_bytes(b"half a pa")
    new.write_bytes(b"half a pa")
    os.utime(old, (1, 1))
    Store(store.folder, "one version").put("pages", OTHER, b"a page")
    assert not old.exists()
    assert new.exists()


def test_it_may_be_deleted_at_any_time(store: Store) -> None:
    """After the folder is gone, nothing is there, and the next entry makes it again."""
    store.put("pages", KEY, b"a page")
    assert store.folder
    shutil.rmtree(store.folder)
    assert store.take("pages", KEY) is None
    store.put("pages", KEY, b"a page")
    assert store.take("pages", KEY) == b"a page"


def test_a_disk_that_takes_nothing_is_an_empty_store(tmp_path: Path) -> None:
    """Where no folder can be made, and where there is no store, putting does nothing."""
    (tmp_path / "build").write_text("not a folder")
    for store in (Store(tmp_path / "build" / ".store", "one version"), NONE):
        store.put("pages", KEY, b"a page")
        assert store.take("pages", KEY) is None


def started(program: str, folder: Path) -> subprocess.Popen[str]:
    """Start a Python program that has a store in `folder`."""
    opening = (
        "from pathlib import Path; from booklet.quick.store import Store\n"
        f"store = Store(Path({str(folder)!r}), 'one version')\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", opening + program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_full_disk_leaves_nothing_half_written(store: Store) -> None:
    """A disk that is full in the middle of a file stops no press, and leaves no entry or draft."""
    assert store.folder
    program = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        f"store.put('pages', {KEY!r}, bytes(20_000)); print(store.take('pages', {KEY!r}))\n"
    )
    said, _ = started(program, store.folder).communicate()
    assert said == "None\n"
    assert [path.name for path in store.folder.glob("*/*")] == []


def test_two_writers_and_a_crash(store: Store) -> None:
    """While presses write the same entries and are killed at it, a reader sees whole ones only."""
    assert store.folder
    program = (
        "for n in range(2000):\n"
        f"    store.put('pages', {KEY!r}, b'%d ' % n * 50_000)\n"
        "    if n == 3: print('writing', flush=True)\n"
    )
    writers = [started(program, store.folder) for _ in range(2)]
    try:
        for writer in writers:
            assert writer.stdout
            assert writer.stdout.readline() == "writing\n"
        for reading in range(100):
            if reading == 50:
                writers[0].kill()
            taken = store.take("pages", KEY)
            assert taken
            assert len(set(taken.split())) == 1
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    taken = store.take("pages", KEY)
    assert taken
    assert len(set(taken.split())) == 1


def test_the_version_is_that_of_the_code(tmp_path: Path) -> None:
    """Any change of the project's code is another version; the same code is the same one."""
    code = tmp_path / "booklet"
    (code / "pages").mkdir(parents=True)
    (code / "pages" / "engine.py").write_text("x = 1\n")
    first = version(tmp_path)
    assert version(tmp_path) == first
    (code / "pages" / "engine.py").write_text("x = 2\n")
    assert version(tmp_path) != first
    (code / "pages" / "engine.py").write_text("x = 1\n")
    (code / "pages" / "another.py").write_text("")
    assert version(tmp_path) != first


@pytest.mark.parametrize("first", range(5))
def test_whatever_stands_in_the_store_a_build_comes_to_its_end(
    inv: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, first: int
) -> None:
    """A pipe, a folder, rubbish, a link to nowhere, or a device in place of an entry is none."""
    (tmp_path / "essay.md").write_text("# A\n\nWords.\n")
    words = ("build", "--essay", "essay.md", "--edition", "reader", "--out", "out")
    assert inv(*words).returncode == 0
    before = (tmp_path / "out" / "booklet.pdf").read_bytes()
    entries = sorted(path for path in Path(prestart.folder()).rglob("*") if path.is_file())
    for number, path in enumerate(entries, start=first):
        path.unlink()
        _OTHERS[number % len(_OTHERS)](path)
    (tmp_path / "essay.md").write_text("# A\n\nWords.\n")
    done = inv(*words)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert (tmp_path / "out" / "booklet.pdf").read_bytes() == before


_OTHERS: tuple[Callable[[Path], object], ...] = (
    lambda path: os.mkfifo(path),
    lambda path: path.mkdir(),
    lambda path: path.write_bytes(os.urandom(300)),
    lambda path: path.symlink_to("nowhere"),
    lambda path: path.symlink_to("/dev/zero"),
)


@pytest.mark.parametrize("what", ["pipe", "file", "device", "loop"])
def test_a_store_that_is_no_folder_is_none(
    inv: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The booklet is made without it."""
    place = tmp_path / "store"
    if what == "pipe":
        os.mkfifo(place)
    elif what == "file":
        place.touch()
    else:
        place.symlink_to("/dev/zero" if what == "device" else "store")
    monkeypatch.setenv("BOOKLET_STORE", str(place))
    (tmp_path / "essay.md").write_text("# A\n\nWords.\n")
    done = inv("build", "--essay", "essay.md", "--edition", "reader", "--out", "out")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
