"""The set-up: `./inv`, the lock files and the machine, as a newcomer meets them.

Each test runs the real wrapper on a copy of it, with lock files so small that no network is needed:
they name Invoke, packed again from what is installed here, and a toy.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534

TASKS = '''
from pathlib import Path
from invoke import Exit, task

@task
def build(c, essay=""):
    """Say where one stands, and what was asked for."""
    print(*filter(None, (Path.cwd().name, essay)))

@task
def lint(c):
    """Use what only the test lock brings."""
    import ruler
    print(ruler.LENGTH)

@task
def bench(c):
    """Use what only the bench's lock brings."""
    import ruler, yardstick
    print(yardstick.LENGTH - ruler.LENGTH)

@task
def doctor(c):
    """Look around."""
    print("well")

@task
def clean(c):
    """End with a status of its own."""
    raise Exit("nothing to clean", 2)
'''

pytestmark = pytest.mark.timeout(300)  # a real set-up is slow on a machine that is busy
debian = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has apt-get")


@dataclass
class Project:
    """A copy of the project, with a toy for its tasks."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    def inv(self, *words: str, cwd: Path | None = None, **env: str) -> Run:
        """Run `./inv` to its end."""
        return Run.of([str(self.root / "inv"), *words], cwd or self.root, self.env | env)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a program, and do not wait for it."""
        return subprocess.Popen(
            words,
            cwd=self.root,
            env=self.env,
            start_new_session=True,
            stderr=subprocess.STDOUT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def copy(self, root: Path) -> Project:
        """Copy it, with the environment that it has."""
        shutil.copytree(self.root, root, symlinks=True)
        return Project(root, self.env)


@dataclass(frozen=True)
class Run:
    """What a person saw of a run."""

    status: int
    said: str
    complained: str

    @classmethod
    def of(cls, words: list[str], cwd: Path, env: dict[str, str]) -> Run:
        """Run some words, as nobody in particular types them."""
        done = subprocess.run(
            words, check=False, cwd=cwd, env=env, capture_output=True, text=True, timeout=100
        )
        return cls(done.returncode, done.stdout.strip(), done.stderr.strip())


def pack(folder: Path, name: str, version: str, files: dict[str, bytes]) -> str:
    """Pack a wheel, and return its line for a lock file."""
    about = f"{name}-{version}.dist-info"
    files = files | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{about}/RECORD"))
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in (files | {f"{about}/RECORD": record.encode()}).items():
            archive.writestr(path, content)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Project]:
    """Give a maker of projects that were just cloned."""
    wheels = tmp_path_factory.mktemp("wheels")
    invoke = metadata.distribution("invoke")
    modules = {str(path): path.read_binary() for path in invoke.files or () if path.suffix == ".py"}
    run = pack(wheels, "invoke", invoke.version, modules)
    toy = pack(wheels, "ruler", "1.0", {"ruler.py": b"LENGTH = 210\n"})
    rival = pack(wheels, "yardstick", "1.0", {"yardstick.py": b"LENGTH = 914\n"})
    ours = ("INVOKE_", "LD_", "PIP_", "PYTHON")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env |= {
        "HOME": str(wheels),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": wheels.as_uri(),
        "PIP_NO_INDEX": "1",
    }

    def clone(root: Path) -> Project:
        shutil.copytree(ROOT / "setup", root / "setup")
        shutil.copy(ROOT / "inv", root)
        (root / "requirements.lock").write_text(run)
        (root / "requirements-test.lock").write_text(run + toy)
        (root / "requirements-bench.lock").write_text(run + toy + rival)
        (root / "tasks.py").write_text(TASKS)
        return Project(root, env)

    return clone


@pytest.fixture
def project(fresh: Callable[[Path], Project], tmp_path: Path) -> Project:
    """Give a project that was just cloned."""
    return fresh(tmp_path / "a new clone")


@pytest.fixture(scope="session")
def first(
    fresh: Callable[[Path], Project], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, Run]:
    """Give a project after its first run, and what that run was."""
    project = fresh(tmp_path_factory.mktemp("first") / "a folder with spaces")
    return project, project.inv("build")


@pytest.fixture
def ready(first: tuple[Project, Run], tmp_path: Path) -> Project:
    """Give a project that has been set up; a test may spoil it."""
    return first[0].copy(tmp_path / "a ready one")


@pytest.fixture
def tools(tmp_path: Path) -> Callable[..., str]:
    """Give a maker of folders of programs, for use as a PATH."""

    def make(*links: str, **scripts: str) -> str:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        for name in links:
            (folder / name).symlink_to(shutil.which(name) or f"no-{name}")
        for name, script in scripts.items():
            file = folder / name.replace("_", "-")
            file.write_text(f"#!/bin/sh\n{script}\n")
            file.chmod(0o755)
        return str(folder)

    return make


@pytest.fixture
def no_pango(ready: Project) -> Iterator[Project]:
    """Give a project on a machine that cannot load Pango: files that are none bar the way."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0"):
            Path(folder, name).touch()
        (ready.root / ".venv/ready/build").unlink()
        yield Project(ready.root, ready.env | {"LD_LIBRARY_PATH": folder})


# The first run and the later ones


def test_first_run(first: tuple[Project, Run]) -> None:
    """The first run says what it makes, then does what it was asked."""
    _, run = first
    assert run.status == 0
    assert run.said == "a folder with spaces"
    assert re.fullmatch(r"set-up: making \.venv from requirements\.lock \(.*\)", run.complained)


def test_later_runs(first: tuple[Project, Run], tools: Callable[..., str]) -> None:
    """A later run starts two small programs and the environment's Python, and says nothing."""
    project, _ = first
    run = project.inv("build", PATH=tools("cat", "cmp"))
    assert run == Run(0, "a folder with spaces", "")


def test_status(first: tuple[Project, Run]) -> None:
    """The status of a verb is the status of the wrapper."""
    assert first[0].inv("clean") == Run(2, "", "nothing to clean")


def test_wrong_word(first: tuple[Project, Run]) -> None:
    """A word that is no verb is wrong usage, and costs no set-up."""
    run = first[0].inv("biuld")
    assert run.status == 2
    assert run.complained.startswith("error: ")
    assert run.complained.endswith("hint: did you mean `build`?")


def test_bytecode(first: tuple[Project, Run]) -> None:
    """Bytecode is compiled by the set-up, not by the first build."""
    packages = next(first[0].root.glob(".venv/lib/python3*/site-packages"))
    assert list(packages.glob("invoke/__pycache__/program.*.pyc"))


# Where it is, and where one stands


def test_from_another_folder(first: tuple[Project, Run], tmp_path: Path) -> None:
    """From another folder the same project is found, and relative paths start where one stands."""
    project, _ = first
    run = project.inv("build", "--essay", "../mine.md", cwd=tmp_path)
    assert run.said == f"{tmp_path.name} ../mine.md"


def test_from_a_folder_with_tasks_of_its_own(first: tuple[Project, Run], tmp_path: Path) -> None:
    """Tasks and modules in the folder one stands in are not taken for the project's."""
    (tmp_path / "tasks.py").write_text("raise SystemExit('the wrong tasks')")
    (tmp_path / "invoke.py").write_text("raise SystemExit('the wrong Invoke')")
    assert first[0].inv("build", cwd=tmp_path).said == tmp_path.name


def test_by_links(first: tuple[Project, Run], tmp_path: Path) -> None:
    """Links to the wrapper, and links to links, lead to its own folder."""
    project, _ = first
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "far").symlink_to(project.root / "inv")
    (tmp_path / "near").symlink_to("bin/far")
    run = Run.of([str(tmp_path / "near"), "build"], tmp_path, project.env)
    assert run == Run(0, tmp_path.name, "")


@pytest.mark.parametrize("words", [("sh", "inv"), ("sh", "./inv"), ("sh", "../{}/inv")])
def test_by_the_shell(first: tuple[Project, Run], words: tuple[str, str]) -> None:
    """The wrapper can be handed to the shell by any name."""
    project, _ = first
    shell, name = words
    run = Run.of([shell, name.format(project.root.name), "build"], project.root, project.env)
    assert run == Run(0, project.root.name, "")


def test_moved(ready: Project, tmp_path: Path) -> None:
    """A project that was moved works on, without a new set-up."""
    moved = ready.root.rename(tmp_path / "moved")
    assert Project(moved, ready.env).inv("build") == Run(0, "moved", "")


# What makes it do its work again


def test_changed_lock(ready: Project) -> None:
    """A changed lock file makes the environment anew, and nothing old stays in it."""
    stray = next(ready.root.glob(".venv/lib/python3*/site-packages")) / "stray.py"
    stray.touch()
    lock = ready.root / "requirements.lock"
    lock.write_text(lock.read_text() + "# newer\n")
    run = ready.inv("build")
    assert (run.status, "making .venv" in run.complained) == (0, True)
    assert not stray.exists()
    assert ready.inv("build").complained == ""


def test_test_lock(ready: Project) -> None:
    """Verbs for developers add their own lock file to the environment, once."""
    run = ready.inv("lint")
    assert (run.status, run.said) == (0, "210")
    assert re.fullmatch(r"set-up: adding requirements-test\.lock to \.venv \(.*\)", run.complained)
    assert ready.inv("lint") == Run(0, "210", "")
    assert ready.inv("build").complained == ""


def test_bench_lock(ready: Project) -> None:
    """The bench adds what it measures against, and what the tests need stays."""
    run = ready.inv("bench")
    assert (run.status, run.said) == (0, "704")
    assert re.fullmatch(r"set-up: adding requirements-bench\.lock to \.venv \(.*\)", run.complained)
    assert ready.inv("lint") == Run(0, "210", "")


def test_python_gone(ready: Project) -> None:
    """When the Python that the environment stands on is gone, the environment is made anew."""
    for name in ("python", "python3"):
        (ready.root / ".venv/bin" / name).unlink(missing_ok=True)
    (ready.root / ".venv/bin/python").symlink_to("no-such-python")
    run = ready.inv("build")
    assert (run.status, "making .venv" in run.complained) == (0, True)


@pytest.mark.slow
def test_killed(project: Project) -> None:
    """A set-up that is killed, time after time and further on, is made anew and never half used."""
    packages = ".venv/lib/python3*/site-packages"
    for verb, sign in (
        ("build", ".venv/pyvenv.cfg"),
        ("build", f"{packages}/pip"),
        ("build", f"{packages}/invoke-*/RECORD"),
        ("lint", f"{packages}/ruler.py"),
    ):
        with project.start("./inv", verb) as running:
            while not list(project.root.glob(sign)):
                assert running.poll() is None
                time.sleep(0.002)
            os.killpg(running.pid, signal.SIGKILL)
    was_whole = (project.root / ".venv/made").exists()  # where the last kill came too late
    run = project.inv("build")
    assert (run.status, "making .venv" in run.complained) == (0, not was_whole)


@pytest.mark.slow
def test_killed_but_for_its_child(project: Project) -> None:
    """What a killed set-up had started is waited for before the next one begins."""
    with project.start(sys.executable, "-I", "setup/machine.py", "list") as running:
        while not (project.root / ".venv").exists():
            time.sleep(0.002)
        running.kill()
        run = project.inv("build")
    assert run.said == "a new clone"
    assert "set-up: waiting for another set-up in this folder to end" in run.complained


def test_two_at_once(project: Project) -> None:
    """Of two first runs at once one does the work, and both do what they were asked."""
    with project.start("./inv", "build") as one, project.start("./inv", "build") as two:
        said = (one.stdout.read() if one.stdout else "") + (two.stdout.read() if two.stdout else "")
    assert (one.returncode, two.returncode) == (0, 0)
    assert said.count("making .venv") == 1
    assert said.count("a new clone\n") == 2


# What a machine may lack


def test_no_network(ready: Project) -> None:
    """When a package cannot be fetched, what pip says is shown, and the next run begins anew."""
    run = ready.inv("lint", PIP_FIND_LINKS="")
    assert run.status == 1
    assert "No matching distribution found for ruler" in run.complained
    assert run.complained.endswith(
        "error: Python could not install requirements-test.lock\n\n"
        "hint: the lines above say why; the next run begins anew"
    )
    assert "making .venv" in ready.inv("build").complained


def test_another_package(ready: Project) -> None:
    """A package that is not the one the lock file knows by its hash is refused."""
    lock = ready.root / "requirements-test.lock"
    lock.write_text(re.sub("(ruler.*sha256:).{8}", r"\g<1>00000000", lock.read_text()))
    run = ready.inv("lint")
    assert run.status == 1
    assert "DO NOT MATCH THE HASHES" in run.complained


def test_no_python(project: Project, tools: Callable[..., str]) -> None:
    """Without a Python one is told to get one."""
    old = tools("cat", "cmp", apt_get="exit 1", python3='echo "Python 3.10" >&2; exit 1')
    assert project.inv("build", PATH=old) == Run(
        1,
        "",
        "error: there is no Python 3.11 or newer on the PATH\n\n"
        "hint: run `apt-get install -y python3 python3-venv` as root, "
        "or name one: `PYTHON=/path/to/python3 ./inv build`",
    )


def test_wrong_python(project: Project) -> None:
    """A PYTHON that is none is not silently replaced by another."""
    assert project.inv("build", PYTHON="/no/python") == Run(
        1,
        "",
        "error: `/no/python`, which PYTHON names, is not a Python 3.11 or newer\n\n"
        "hint: name another one, or none: `unset PYTHON`",
    )


def test_chosen_python(ready: Project) -> None:
    """A PYTHON that the environment is already made with changes nothing."""
    made_with = (ready.root / ".venv/made").read_text().splitlines()[0]
    assert ready.inv("build", PYTHON=made_with).complained == ""


@debian
def test_no_ensurepip(project: Project, tools: Callable[..., str]) -> None:
    """A Python without `ensurepip`, as Debian has it, names the package that it lacks."""
    lacking = (
        "import runpy, sys; sys.modules['ensurepip'] = None; sys.argv = sys.argv[1:];"
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    path = tools(
        python3=f'case $2 in *.py) exec "{sys.executable}" -I -c "{lacking}" "$2" "$3" ;; esac',
        apt_get="echo E: nothing to be had",
        sudo="exit 1",
    )
    run = project.inv("doctor", PATH=path + os.pathsep + os.environ["PATH"])
    package = f"python3.{sys.version_info.minor}-venv"
    assert run.status == 1
    assert "Python's `ensurepip`" in run.complained
    assert re.search(f"hint: run `.*apt-get install -y .* {package}`", run.complained)


@debian
def test_no_pango_for_a_person(no_pango: Project, tools: Callable[..., str]) -> None:
    """Who may not install is told the command, and nothing is done."""
    path = tools(apt_get="exit 100", sudo="exit 1")
    run = as_a_person(no_pango, "build", path + os.pathsep + os.environ["PATH"])
    assert run == Run(
        1,
        "",
        "error: this machine lacks Pango 1.44 or newer and PangoFT2\n\n"
        "hint: run `sudo apt-get update && sudo apt-get install -y --no-install-recommends "
        "libpango-1.0-0 libpangoft2-1.0-0`, then try again",
    )


def as_a_person(project: Project, verb: str, path: str) -> Run:
    """Run `./inv` without the rights of root, in a folder that a person may write to."""
    if os.geteuid() != 0:
        return project.inv(verb, PATH=path)
    with tempfile.TemporaryDirectory() as folder:
        home = project.copy(Path(folder) / "home").root
        ours, theirs = path.split(os.pathsep, 1)
        shutil.copytree(ours, home / "bin")
        for file in (Path(folder), *Path(folder).rglob("*")):
            os.chown(file, NOBODY, NOBODY, follow_symlinks=False)
        done = subprocess.run(
            [home / "inv", verb],
            check=False,
            capture_output=True,
            cwd=home,
            env=project.env | {"PATH": f"{home}/bin:{theirs}"},
            extra_groups=[],
            group=NOBODY,
            text=True,
            user=NOBODY,
        )
    return Run(done.returncode, done.stdout.strip(), done.stderr.strip())


@debian
def test_no_pango_for_root(no_pango: Project, tools: Callable[..., str], tmp_path: Path) -> None:
    """Who may install without being asked gets Pango from Debian, and the verb goes on."""
    log = tmp_path / "log"
    path = tools(
        apt_get=f'echo "$*" >>"{log}"; [ "$1" = update ] || rm "$LD_LIBRARY_PATH"/*',
        sudo='shift; exec "$@"',
    )
    run = no_pango.inv("build", PATH=path + os.pathsep + os.environ["PATH"])
    assert run == Run(
        0,
        "a ready one",
        "set-up: apt-get update\n"
        "set-up: apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0",
    )
    assert log.read_text().startswith("update\ninstall -y --no-install-recommends libpango-1.0-0")


@debian
def test_no_pango_to_be_had(no_pango: Project, tools: Callable[..., str]) -> None:
    """When Debian cannot bring Pango, what it says is shown, with the command to try."""
    path = tools(apt_get="echo E: Unable to fetch; exit 100", sudo='shift; exec "$@"')
    run = no_pango.inv("build", PATH=path + os.pathsep + os.environ["PATH"])
    assert run.status == 1
    assert "E: Unable to fetch" in run.complained
    assert "error: `apt-get` did not bring Pango 1.44 or newer" in run.complained
    assert "\n\nhint: run `" in run.complained


@debian
@pytest.mark.parametrize("words", [("--list",), ("--help", "build"), ("doctor",)])
def test_no_pango_needed(no_pango: Project, tools: Callable[..., str], words: list[str]) -> None:
    """Who looks around, or asks the doctor, needs no Pango."""
    path = tools(apt_get="exit 100", sudo="exit 1")
    run = no_pango.inv(*words, PATH=path + os.pathsep + os.environ["PATH"])
    assert (run.status, run.complained) == (0, "")


# The lock files that we ship

LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-bench.lock")


def pins(lock: str) -> dict[str, str]:
    """Read a lock file: each package, with its version and its hashes."""
    entries = re.split(r"\n(?=[a-z])", (ROOT / lock).read_text())
    return dict(entry.split("==", 1) for entry in entries if "==" in entry)


@pytest.mark.parametrize(("less", "more"), [*pairwise(LOCKS)])
def test_a_lock_holds_the_one_before(less: str, more: str) -> None:
    """Tests run with the very versions that a reader gets, and so does the bench."""
    # where a package is wanted may differ, and why; its version and its hashes may not
    held, holder = (
        {
            name: re.sub(r"\s+#.*| ; [^\\]*|[\s\\]+", " ", e).split()
            for name, e in pins(lock).items()
        }
        for lock in (less, more)
    )
    assert {name: holder.get(name) for name in held} == held


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_hashes(lock: str) -> None:
    """Each locked package is known by its hashes, and by nothing of the machine that locked it."""
    assert all("--hash=sha256:" in entry for entry in pins(lock).values())
    foreign = re.compile(r"https?:|file:|@|--index|--find-links|(^|\s)/\w")
    assert not foreign.search((ROOT / lock).read_text())


def test_lock_holds_the_project() -> None:
    """What pyproject.toml asks for is what the lock files hold."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text())

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[<=>~! ;]", name)[0].lower() for name in requirements}

    wanted = names(about["project"]["dependencies"])
    assert wanted <= pins("requirements.lock").keys()
    for group, lock in (("test", LOCKS[1]), ("bench", LOCKS[2])):
        wanted |= names(about["dependency-groups"][group])
        assert wanted <= pins(lock).keys()


def test_rivals_are_locked_for_the_bench_alone() -> None:
    """Nobody who makes a booklet or runs the tests installs what the press is measured against."""
    rivals = {"pdfimpose", "pymupdf", "pypdf", "typst"}
    assert rivals <= pins("requirements-bench.lock").keys()
    assert not rivals & pins("requirements-test.lock").keys()


def test_weasyprint_is_pinned_to_the_version_whose_traps_we_know() -> None:
    """An update of the layout engine is a change of the project, never of a lock file alone."""
    assert pins("requirements.lock")["weasyprint"].startswith("70.0 ")


def test_hook_refuses_what_lint_refuses(tmp_path: Path) -> None:
    """With the hooks of the project, a commit is made only if `./inv lint` ends well."""
    hooks = shutil.copytree(ROOT / "setup" / "hooks", tmp_path / "setup" / "hooks")
    lint = tmp_path / "inv"
    git = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", "-c"]
    git.append(f"core.hooksPath={hooks.relative_to(tmp_path)}")
    subprocess.run([*git, "init", "--quiet"], cwd=tmp_path, check=True)
    for status in (1, 0):
        lint.write_text(f'#!/bin/sh\necho "asked for $*"\nexit {status}\n')
        lint.chmod(0o755)
        words = [*git, "commit", "--quiet", "--allow-empty", "--message=A change"]
        run = Run.of(words, tmp_path, {**os.environ})
        assert (run.status, "asked for lint" in run.said + run.complained) == (status, True)
