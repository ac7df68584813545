"""What a verb needs of the machine, and how the machine comes to have it.

`inv` runs this file with one word, the verb, unless its stamp says that all is there.
Only the standard library is used, because nothing else is installed yet.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MADE = VENV / "made"
"""Which Python and which lock files the environment holds; there only while it holds them whole."""
STAMP = VENV / "stamp"
"""The files that the last set-up went by; `inv` compares it with the same files of today."""
READY = VENV / "ready"
"""A file for each verb that has all it needs."""

LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-bench.lock")
"""Each lock file holds all that the one before it holds, at the same versions."""
RUN, TEST, BENCH = LOCKS


class SetUpError(Exception):
    """The set-up cannot go on: what is wrong, and a hint at what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


# What the machine must have


@dataclass(frozen=True)
class Need:
    """One thing that the machine must have, and the package that brings it, for each manager."""

    name: str
    is_there: Callable[[], bool]
    apt: str
    brew: str = ""
    dnf: str = ""
    pacman: str = ""
    apk: str = ""
    dispensable: bool = False
    """Where no package brings it we go without: the tests that use it are skipped."""


def load(stem: str, number: int = 0) -> ctypes.CDLL | None:
    """Load a shared library, by the names that WeasyPrint tries."""
    for name in (f"lib{stem}.so.{number}", f"lib{stem}.{number}.dylib", f"lib{stem}.dylib"):
        with suppress(OSError):
            return ctypes.CDLL(name)
    return None


def has_pango() -> bool:
    """Tell whether Pango loads and is new enough."""
    pango = load("gobject-2.0") and load("pango-1.0")
    return pango is not None and bool(pango.pango_version() >= 14400)


def has_pangoft2() -> bool:
    """Tell whether Pango has what it finds and shapes fonts with."""
    return None not in (load("pangoft2-1.0"), load("fontconfig", 1), load("harfbuzz"))


def has_harfbuzz_subset() -> bool:
    """Tell whether fonts can be cut down to the glyphs in use."""
    return load("harfbuzz-subset") is not None


def has_ensurepip() -> bool:
    """Tell whether this Python can make environments: Debian splits that off."""
    return None not in (importlib.util.find_spec("venv"), importlib.util.find_spec("ensurepip"))


def has_program(name: str) -> bool:
    """Tell whether a program is on the PATH."""
    return shutil.which(name) is not None


def has_java_compiler() -> bool:
    """Tell whether `java Some.java` works: a mere runtime cannot compile."""
    return has_program("java") and "jdk.compiler" in run(("java", "--list-modules")).stdout


def has_jaxb() -> bool:
    """Tell whether Debian's JAXB is there, which Java itself no longer has."""
    return Path("/usr/share/java/jaxb-runtime.jar").exists()


ENSUREPIP = Need("Python's `ensurepip`", has_ensurepip, f"python3.{sys.version_info.minor}-venv")

# One line for each thing. The packages are those of apt, brew, dnf, pacman, apk, in this order.
# LAYOUT is what WeasyPrint loads; ORACLES are programs of other people, which the tests ask for a
# second opinion on our PDFs.
# fmt: off
LAYOUT = (
    Need("Pango 1.44 or newer", has_pango, "libpango-1.0-0", "pango", "pango", "pango", "pango"),
    Need("PangoFT2", has_pangoft2, "libpangoft2-1.0-0", "pango", "pango", "pango", "pango"),
    Need("HarfBuzz-Subset", has_harfbuzz_subset, "libharfbuzz-subset0", "harfbuzz", "harfbuzz",
         "harfbuzz", "so:libharfbuzz-subset.so.0"),
)
ORACLES = (
    Need("`pdftotext`", lambda: has_program("pdftotext"), "poppler-utils", "poppler"),
    Need("`qpdf`", lambda: has_program("qpdf"), "qpdf", "qpdf"),
    Need("a Java compiler", has_java_compiler, "default-jdk-headless", dispensable=True),
    Need("JAXB", has_jaxb, "libjaxb-java", dispensable=True),
    Need("`ippeveprinter`", lambda: has_program("ippeveprinter"), "cups-ipp-utils",
         dispensable=True),
    Need("`dbus-daemon`", lambda: has_program("dbus-daemon"), "dbus", dispensable=True),
    Need("Chromium", lambda: has_program("chromium"), "chromium", dispensable=True),
    # what steers Chromium brings a Node that wants it
    Need("libatomic", lambda: load("atomic", 1) is not None, "libatomic1", dispensable=True),
    Need("Ghostscript", lambda: has_program("gs"), "ghostscript", "ghostscript", dispensable=True),
)
# fmt: on


@dataclass(frozen=True)
class Outfit:
    """What some verbs need: a lock file, and things of the machine."""

    verbs: tuple[str, ...]
    lock: str
    needs: tuple[Need, ...]


OUTFITS = (
    Outfit(("list", "clean", "doctor", "fonts"), RUN, ()),
    Outfit(("lint",), TEST, ()),
    Outfit(("bench",), BENCH, LAYOUT),
    Outfit(("test",), TEST, (*LAYOUT, *ORACLES)),
)
OTHERWISE = Outfit((), RUN, LAYOUT)


def outfit_of(verb: str) -> Outfit:
    """Look up what a verb needs."""
    return next((outfit for outfit in OUTFITS if verb in outfit.verbs), OTHERWISE)


# How it gets it


@dataclass(frozen=True)
class Manager:
    """A package manager: the commands that install packages, and whether they are ours to run."""

    name: str
    commands: tuple[str, ...]
    ours: bool = False
    sudo: bool = True

    @property
    def program(self) -> str:
        """The program that shows it is there."""
        return self.commands[0].split()[0]

    def package(self, need: Need) -> str:
        """Name the package that brings a need, if there is one."""
        return str(getattr(need, self.name))

    def brings(self, needs: Sequence[Need]) -> tuple[str, ...]:
        """List the commands that bring these needs."""
        packages = dict.fromkeys(self.package(need) for need in needs)
        return (*self.commands[:-1], " ".join((self.commands[-1], *packages)))


BREW = Manager("brew", ("brew install",), ours=True, sudo=False)
MANAGERS = (
    Manager("apt", ("apt-get update", "apt-get install -y --no-install-recommends"), ours=True),
    Manager("dnf", ("dnf install -y",)),
    Manager("pacman", ("pacman -S --needed",)),
    Manager("apk", ("apk add",)),
)


def find_manager() -> Manager | None:
    """Find this machine's package manager."""
    known = (BREW,) if sys.platform == "darwin" else MANAGERS
    return next((manager for manager in known if has_program(manager.program)), None)


def missing(needs: Sequence[Need]) -> tuple[Need, ...]:
    """List the needs that this machine does not meet, but for those it can go without."""
    manager = find_manager()
    return tuple(
        need
        for need in needs
        if not need.is_there()
        and not (need.dispensable and not (manager and manager.package(need)))
    )


def remedy(needs: Sequence[Need]) -> str:
    """Say what a person does to bring these needs to this machine."""
    manager = find_manager()
    if manager is None or not all(map(manager.package, needs)):
        return f"install {listed(needs)} with your system's package manager, then try again"
    sudo = "sudo " if manager.sudo and has_program("sudo") else ""
    command = " && ".join(f"{sudo}{command}" for command in manager.brings(needs))
    root = " as root" if manager.sudo and not sudo else ""
    return f"run `{command}`{root}, then try again"


def provide(needs: Sequence[Need]) -> None:
    """Install what the machine lacks, or say how a person can."""
    lacks = missing(needs)
    if not lacks:
        return
    manager = find_manager()
    rights = rights_of(manager) if manager and all(map(manager.package, lacks)) else None
    if manager is None or rights is None:
        raise SetUpError(f"this machine lacks {listed(lacks)}", remedy(lacks))
    output = ""
    for command in manager.brings(lacks):
        say(command)
        words = ("env", "DEBIAN_FRONTEND=noninteractive", *command.split())
        output += run((*rights, *words)).stdout
    if missing(lacks):
        print(output, file=sys.stderr)
        raise SetUpError(f"`{manager.program}` did not bring {listed(lacks)}", remedy(lacks))


def rights_of(manager: Manager) -> tuple[str, ...] | None:
    """Find the words that let us install, if there are any that nobody has to be asked for."""
    if not manager.ours:
        return None
    if not manager.sudo or os.geteuid() == 0:
        return ()
    if has_program("sudo") and run(("sudo", "-n", "true")).returncode == 0:
        return ("sudo", "-n")
    return None


# The environment


def furnish(lock: str, held: int) -> None:
    """Make the environment, or add to it; one that is unfinished or outdated is made anew."""
    maker = str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())
    today = [f"{name} {hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}" for name in LOCKS]
    wanted = today[: LOCKS.index(lock) + 1]
    made = MADE.read_text().splitlines() if MADE.exists() else []
    usable = (
        bool(made)
        and os.access(PYTHON, os.X_OK)
        and set(made[1:]) <= set(today)
        and (made[0] == maker or not os.environ.get("PYTHON"))
    )
    if usable and set(wanted) <= set(made):
        return
    # From here to the last line the environment is unfinished, and known as such.
    clear(STAMP)
    clear(MADE)
    if usable:
        maker = made[0]
        say(f"adding {lock} to .venv (100 MB to fetch, once)")
    else:
        size = {RUN: 50, TEST: 150, BENCH: 215}[lock]
        say(f"making .venv from {lock} ({size} MB to fetch, once; it may take a minute)")
        clear(VENV)
        step((maker, "-I", "-m", "venv", VENV), "make an environment", held)
    pip = (PYTHON, "-I", "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check")
    rules = ("--require-hashes", "--no-deps", "--only-binary=:all:", "--compile")
    step((*pip, "install", *rules, "--requirement", lock), f"install {lock}", held)
    write(MADE, "\n".join((maker, *wanted)).encode())


def step(words: Sequence[str | Path], what: str, held: int) -> None:
    """Take a step of the set-up, or stop with all that it said."""
    done = run(words, held)
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        hint = "the lines above say why; the next run begins anew"
        if sys.version_info >= (3, 15):
            hint = f"{hint}, perhaps with an older Python: `PYTHON=python3.14 ./inv …`"
        raise SetUpError(f"Python could not {what}", hint)


def clear(path: Path) -> None:
    """Remove a file, a link or a folder, if it is there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def mark(verb: str) -> None:
    """Leave the marks that `inv` looks for."""
    stamp = b"".join((ROOT / name).read_bytes() for name in (*LOCKS, "setup/machine.py"))
    if not STAMP.exists() or STAMP.read_bytes() != stamp:
        clear(READY)
        write(STAMP, stamp)
    READY.mkdir(exist_ok=True)
    (READY / verb).touch()


# Small words


def listed(needs: Sequence[Need]) -> str:
    """Name some needs in a row."""
    *first, last = (need.name for need in needs)
    return f"{', '.join(first)} and {last}" if first else last


def say(message: str) -> None:
    """Tell the person what takes so long."""
    print(f"set-up: {message}", file=sys.stderr, flush=True)


def run(words: Sequence[str | Path], held: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program that nobody types to, and keep what it says.

    It inherits the lock that is held: if we are killed, it still keeps others out until it ends.
    """
    # Who became root without logging in as root lacks the folders where dpkg looks for programs.
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
    return subprocess.run(
        words,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PATH": path, "PIP_USER": "0"},
        errors="replace",
        pass_fds=() if held is None else (held,),
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


def write(path: Path, content: bytes) -> None:
    """Write a file whole, or not at all."""
    draft = path.with_suffix(".new")
    draft.write_bytes(content)
    draft.replace(path)


@contextmanager
def alone() -> Iterator[int]:
    """Let one set-up at a time into this folder."""
    with (ROOT / ".venv.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up in this folder to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def main(verb: str) -> int:
    """Make the project ready for a verb."""
    outfit = outfit_of(verb)
    try:
        with alone() as held:
            provide((ENSUREPIP, *outfit.needs))
            furnish(outfit.lock, held)
            mark(verb)
    except SetUpError as error:
        print(f"error: {error}\n\nhint: {error.hint}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"error: {where}{error.strerror}", file=sys.stderr)
        print("\nhint: the set-up needs to write to `.venv` in the project", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nset-up: stopped; the next run begins anew", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
