"""The summary: what counts comes first, a kind is said once, and a file has everything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from booklet.errors import Place
from booklet.findings import CODES, Finding
from booklet.summary import FILE, as_json, likeness, ranked, summed

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Shop


def lacking(line: int, letter: str = "☃") -> Finding:
    """Return a finding about a letter."""
    return Finding("M11", f"no font has {letter} (U+{ord(letter):04X})", Place("essay.md", line))


def test_a_kind_is_said_once() -> None:
    """With its first places, how many others there are, and where all of them are."""
    assert list(summed(lacking(line) for line in range(1, 256))) == [
        str(lacking(1)),
        "  … and 254 more: essay.md:2, essay.md:3, essay.md:4, essay.md:5, essay.md:6, …",
        "all of them: `--all-findings`, or `findings.json` beside the booklet",
    ]


def test_what_is_said_by_itself_has_no_more_lines() -> None:
    """Two kinds are two lines."""
    findings = [lacking(1), Finding("M05", "the note `a` is never called", Place("essay.md", 2))]
    assert list(summed(findings)) == list(map(str, findings))


def test_other_names_are_the_same_kind_and_are_said() -> None:
    """Behind the place stands what is another there."""
    pictures = [
        Finding("M06", f"the picture `{name}.png` is not there", Place("essay.md", line))
        for line, name in enumerate(("a", "b", "a", "c"), start=1)
    ]
    assert list(summed(pictures)) == [
        str(pictures[0]),
        "  … and 3 more: essay.md:2 (`b.png`), essay.md:3, essay.md:4 (`c.png`)",
    ]


def test_another_message_hint_or_edition_is_another_kind() -> None:
    """Only what is quoted, counted or spelt differs within one."""
    one = Finding("M06", "the picture `a` is not there", hint="look for `a`")
    others = (
        Finding("M07", "the picture `a` is not there", hint="look for `a`"),
        Finding("M06", "the picture `a` is not a file", hint="look for `a`"),
        Finding("M06", "the picture `a` is not there", hint="draw it"),
        Finding("M06", "the picture `a` is not there", hint="look for `a`", edition="press"),
    )
    assert len({likeness(each) for each in (one, *others)}) == 5
    assert likeness(one) == likeness(Finding("M06", "the picture `é 2` is not there", None, "9",
                                             "look for `é 2`"))  # fmt: skip


def test_the_one_that_counts_is_never_hidden() -> None:
    """A loss comes first, and notes last, however many there are of another kind."""
    loss = Finding("C01", "the text “Sea” is lost", Place("z.md", 9))
    notes = [Finding("M16", f"a remark {'x' * n}") for n in range(300)]
    said = list(summed([*notes, *(lacking(line) for line in range(255)), loss]))
    assert said[0] == str(loss)
    assert said[1] == str(lacking(0))
    assert said[-2] == f"… and {300 - 38} of other kinds"


FOUND = st.builds(
    Finding,
    st.sampled_from(sorted(CODES)),
    st.text(),
    st.none() | st.builds(Place, st.text(), st.integers(0, 99)),
    st.text(max_size=3),
    st.text(),
    st.sampled_from(("", "press")),
)


@given(st.lists(FOUND))
def test_a_file_has_every_finding(findings: list[Finding]) -> None:
    """In the same order each time, one on a line, whatever an author has written."""
    content = as_json(findings)
    read = json.loads(content)
    assert [(one["code"], one["kind"]) for one in read] == [
        (f.code, f.kind) for f in ranked(findings)
    ]
    assert content == as_json(list(findings))
    assert len(content.splitlines()) == (len(findings) + 2 if findings else 1)


@given(st.lists(FOUND))
def test_every_finding_is_said_or_counted(findings: list[Finding]) -> None:
    """No kind gets lost among the first forty."""
    said = "\n".join(summed(findings))
    kinds = {likeness(finding) for finding in findings}
    assert len(kinds) > 40 or all(f"[{finding.code}]" in said for finding in findings)


def test_a_build_writes_all_that_it_found(press: Shop) -> None:
    """Beside the booklet; also where nothing was found, and where the booklet is not sound."""
    text = "# A\n\n" + "".join(f"![x](no-{n}.png)\n\nAnd[^{n}].\n\n" for n in range(9))
    made = press.set(text)
    read = json.loads((press.folder / "out" / FILE).read_text())
    assert len(read) == len(made.report.findings) == 18
    assert read[0] == {
        "code": "M06", "kind": "warning", "file": "essay.md", "line": 3, "page": "", "edition": "",
        "message": "the picture `no-0.png` is not there",
        "hint": read[0]["hint"],
    }  # fmt: skip
    assert press.folder / "out" / FILE in [path for path, _ in made.written]
    press.set(text + "\nMore[^more].\n", strict=True)
    assert len(json.loads((press.folder / "out" / FILE).read_text())) == 19
    press.set("# A\n\nWords.\n")
    assert json.loads((press.folder / "out" / FILE).read_text()) == []


def test_all_of_them_are_said_if_wanted(
    inv: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """Each on its own line; else once, and the same again where nothing has changed."""
    (tmp_path / "essay.md").write_text("# A\n\n" + "".join(f"A[^{n}].\n\n" for n in range(60)))
    words = ("build", "--essay", "essay.md", "--edition", "reader", "--out", "out")
    first, again, every = inv(*words), inv(*words), inv(*words, "--all-findings")
    assert first.stderr.count("[M04]") == 1
    assert "… and 59 more: essay.md:5 (`[^1]`), " in first.stderr
    assert again.stderr.endswith(first.stderr[first.stderr.index("warning: ") :])
    assert every.stderr.count("[M04]") == 60
    assert "60 warnings" in first.stdout
    assert "60 warnings" in every.stdout
