"""The manuscripts made up by rule, and the bench that sets them."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest

from booklet.bench.builds import (
    BUILD,
    CASES,
    GROWING,
    ROOT,
    BenchCase,
    BenchCommand,
    BenchSide,
    Result,
    bench,
    growth,
    measure,
    table,
    verdict,
)
from booklet.bench.rival_weasyprint import plain_html
from booklet.bench.specimen import count, specimen
from booklet.errors import BookletError

ESSAY = specimen(500)
READER = specimen(32_000, 13)

# -- The manuscript --------------------------------------------------------------------------------


def paragraphs(markdown: str) -> list[str]:
    """Return the paragraphs of running text, without references, calls of notes and emphasis."""
    blocks = [block for block in markdown.split("\n\n") if block[0].isalpha()]
    return [re.sub(r" See \[.*|\[\^\d+\]|\*", "", block) for block in blocks]


def test_the_same_seed_writes_the_same_bytes() -> None:
    """The text of a seed is the same for ever: changing it makes old figures of the bench void."""
    digest = hashlib.sha256(ESSAY.encode()).hexdigest()
    assert digest == "106e484000f4c1b13ecce235f9af265f77c8a835d37e1bf0524ef52c8901edb7"


def test_no_choice_depends_on_the_order_of_a_set() -> None:
    """Processes that hash differently write the same book."""
    code = "from booklet.bench.specimen import specimen; print(specimen(9_000, 4))"
    books = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert books == {f"{specimen(9_000, 4)}\n".encode()}


def test_another_seed_writes_another_text() -> None:
    """Two seeds have not even their titles in common."""
    assert specimen(500, seed=1).splitlines()[1] != specimen(500, seed=2).splitlines()[1]


@pytest.mark.parametrize(
    ("words", "chapters"),
    [(500, 1), (10_500, 5), (32_000, 13), (110_000, 24), (180_000, 100)],
)
def test_a_specimen_is_as_long_as_it_should_be(words: int, chapters: int) -> None:
    """A specimen has its number of words, within two in a hundred, and of chapters."""
    markdown = specimen(words, chapters)
    assert count(markdown) == pytest.approx(words, rel=0.02)
    assert len(re.findall(r"^# ", markdown, re.MULTILINE)) == (chapters if chapters > 1 else 0)


def test_every_note_has_one_call_and_every_call_its_note() -> None:
    """Notes are called once each, in the order in which they stand, some eight to a chapter."""
    notes = re.findall(r"^\[\^(\d+)\]: ", READER, re.MULTILINE)
    calls = re.findall(r"\[\^(\d+)\](?!: )", READER)
    assert notes == calls == [str(number) for number in range(1, 8 * 13 + 1)]


def test_every_reference_has_its_chapter() -> None:
    """A reference names the chapter that it links to, and that chapter exists."""
    chapters = re.findall(r"^# .* \{#chapter-(\d+)\}$", READER, re.MULTILINE)
    references = re.findall(r"\[chapter (\d+), page \{page\}\]\(#chapter-(\d+)\)", READER)
    assert chapters == [str(number) for number in range(1, 14)]
    assert len(references) > 13
    assert all(said == meant and meant in chapters for said, meant in references)


def test_the_text_is_built_like_english() -> None:
    """Words have some five letters, sentences 7 to 24 words, paragraphs 60 to 150."""
    text = paragraphs(READER)
    words = re.findall(r"[A-Za-z]+", " ".join(text))
    sentences = re.findall(r"[^.]+\.", " ".join(text))
    assert 4.6 < sum(map(len, words)) / len(words) < 5.4
    assert all(7 <= count(sentence) <= 24 for sentence in sentences)
    assert all(60 <= count(paragraph) <= 150 for paragraph in text)


def test_an_essay_has_what_an_essay_has() -> None:
    """The shortest specimen has a title, an author, two sections, three notes and a list."""
    assert ESSAY.startswith("---\ntitle: ")
    assert "\nauthor: A. Specimen\nlang: en\n---\n" in ESSAY
    assert len(re.findall(r"^## ", ESSAY, re.MULTILINE)) >= 2
    assert len(re.findall(r"^\[\^\d\]: ", ESSAY, re.MULTILINE)) == 3
    assert re.search(r"^- .*\n- ", ESSAY, re.MULTILINE)


@pytest.mark.parametrize(
    "start", ["### ", "- ", "1. ", "> ", "| Year |", r"[A-Z].*\*\w+\*", r"[A-Z].*\*\*\w+\*\*"]
)
def test_a_reader_has_every_kind_of_block(start: str) -> None:
    """Subsections, both lists, quotations, tables, emphasis and stress are in a longer specimen."""
    assert re.search("^" + start.replace("|", r"\|"), READER, re.MULTILINE)


# -- The same for plain WeasyPrint -----------------------------------------------------------------


def tree(markdown: str) -> ElementTree.Element:
    """Return the HTML for plain WeasyPrint as a tree; it is well formed, or this fails."""
    return ElementTree.fromstring(plain_html(markdown))


def words_of(element: ElementTree.Element) -> list[str]:
    """Return the words of `element`, in order."""
    return re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", " ".join(element.itertext()))


@pytest.mark.parametrize("markdown", [ESSAY, READER], ids=["essay", "reader"])
def test_the_html_has_every_word_of_the_manuscript(markdown: str) -> None:
    """Nothing is lost on the way to HTML, and none of Markdown's signs is left."""
    main = tree(markdown).find("body/main")
    assert main is not None
    assert len(words_of(main)) == count(markdown)
    assert not re.search(r"[*{}\[\]|#]", "".join(main.itertext()))


def test_the_html_has_every_note_at_its_call() -> None:
    """The notes stand in the text, in their order, each in an element that floats to the foot."""
    notes = re.findall(r"^\[\^\d+\]: (.*)$", READER, re.MULTILINE)
    found = ["".join(note.itertext()) for note in tree(READER).iterfind(".//span[@class='note']")]
    assert found == [note.replace("*", "") for note in notes]


def test_the_contents_list_every_chapter_and_section() -> None:
    """Each chapter and section has a line in the contents that links to it and says its title."""
    page = tree(READER)
    lines = [
        (link.get("href"), "".join(link.itertext())) for link in page.iterfind("body/nav/ul/li/a")
    ]
    headings = [
        (f"#{heading.get('id')}", "".join(heading.itertext()))
        for heading in page.iterfind("body/main/*")
        if heading.tag in ("h1", "h2")
    ]
    assert lines == headings
    assert len(set(lines)) == len(lines) > 40


def test_every_reference_leads_somewhere() -> None:
    """References are links whose page number the style sheet fills in, to chapters that exist."""
    page = tree(READER)
    names = {f"#{heading.get('id')}" for heading in page.iterfind("body/main/h1")}
    links = [link.get("href") for link in page.iterfind(".//main//a[@class='page']")]
    assert len(links) == READER.count("{page}")
    assert set(links) <= names


def test_the_fonts_are_there() -> None:
    """Every font that the style sheet names is a file."""
    urls = re.findall(r'url\("(.*?)"\)', plain_html(ESSAY))
    assert len(urls) == 6
    assert all(Path(unquote(urlsplit(url).path)).is_file() for url in urls)


# -- The bench: measuring one command --------------------------------------------------------------

HOLD = "x = b'x' * 50_000_000; import time; time.sleep(0.3)"
needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")


def python(code: str, *words: str) -> tuple[str, ...]:
    """Return the command that runs `code` with `words`."""
    return (sys.executable, "-c", code, *words)


def test_time_is_that_of_the_whole_command(tmp_path: Path) -> None:
    """A command that sleeps 0.2 seconds takes at least so long, and little more."""
    run = measure(python("import time; time.sleep(0.2)"), tmp_path / "log")
    assert 0.2 < run.seconds < 2


def test_memory_of_a_child_is_seen(tmp_path: Path) -> None:
    """What a process started by the command holds counts."""
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD!r}])"
    idle = measure(python("pass"), tmp_path / "log")
    assert measure(python(code), tmp_path / "log").memory > 50_000_000 > idle.memory


@needs_proc
def test_memory_is_the_sum_over_the_processes(tmp_path: Path) -> None:
    """Two children that hold 50 MB each at the same time are 100 MB."""
    code = (
        "import subprocess, sys;"
        f"both = [subprocess.Popen([sys.executable, '-c', {HOLD!r}]) for _ in range(2)];"
        "[child.wait() for child in both]"
    )
    assert measure(python(code), tmp_path / "log").memory > 100_000_000


@needs_proc
def test_a_peak_too_short_to_be_looked_at_counts(tmp_path: Path) -> None:
    """Memory that is given back at once is in the peak, by the system's own account."""
    code = "import time; b'x' * 50_000_000; time.sleep(0.2)"
    assert measure(python(code), tmp_path / "log").memory > 50_000_000


def test_what_a_command_says_goes_to_its_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Warnings do not disturb the table: both streams are kept in the log."""
    measure(python("import sys; sys.stderr.write('err\\n'); print('out')"), tmp_path / "log")
    assert (tmp_path / "log").read_text().split() == ["err", "out"]
    assert capfd.readouterr() == ("", "")


def test_a_command_that_fails_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    """A failed build stops the bench, with its status and the end of its log."""
    with pytest.raises(BookletError, match=r"ended with status 3(?s:.*)its last words were: sorry"):
        measure(python("print('sorry'); raise SystemExit(3)"), tmp_path / "log")


def test_a_command_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    """A command that is not installed is named."""
    with pytest.raises(BookletError, match="`no-such-press` cannot be run: No such file"):
        measure(["no-such-press"], tmp_path / "log")


# -- The bench: cases and table --------------------------------------------------------------------

# Writes two pages where there is no file yet, and its own name in a diary.
STAND_IN = """
import sys, pikepdf
name, pdf, diary = sys.argv[1:]
with pikepdf.new() as new, open(pdf, 'xb') as file:
    for page in range(2):
        new.add_blank_page()
    new.save(file)
with open(diary, 'a') as file:
    print(name, file=file)
"""


def stand_in(name: str, diary: Path) -> BenchCommand:
    """Return a maker that is quick, refuses to write a file twice, and keeps a diary."""
    pdf = f"{{folder}}/{name}.pdf"
    return BenchCommand(python(STAND_IN, name, pdf, str(diary)), pdf)


def quick_case(diary: Path) -> BenchCase:
    """Return a case whose both sides are stand-ins."""
    return BenchCase(
        "quick", 500, 1, 2, time=100.0, memory=0.01,
        ours=stand_in("ours", diary), plain=stand_in("plain", diary),
    )  # fmt: skip


def test_both_sides_take_turns_and_the_table_says_what_was_reached(tmp_path: Path) -> None:
    """Ours, plain, ours, plain, each in a new folder; a target missed is said and no failure."""
    lines: list[str] = []
    bench(echo=lines.append, cases=[quick_case(tmp_path / "diary")])
    # The first pair is the one that warms up.
    assert (tmp_path / "diary").read_text().split() == ["ours", "plain"] * 3
    assert [line.split(":")[0] for line in lines[:3]] == [
        "warming up, round 1 of 1", "quick, round 1 of 2", "quick, round 2 of 2",
    ]  # fmt: skip
    assert re.fullmatch(
        r"quick +500 +2 +2 +\d\.\d\d s +\d\.\d\d s"
        r" +\d\.\d\d +100\.00 reached +\d\.\d\d +0\.01 missed",
        lines[5],
    )


def test_fewer_rounds_can_be_asked_for(tmp_path: Path) -> None:
    """The number of rounds replaces that of the case."""
    lines: list[str] = []
    bench(rounds=1, echo=lines.append, cases=[quick_case(tmp_path / "diary")])
    assert (tmp_path / "diary").read_text().split() == ["ours", "plain"] * 2


def test_what_comes_before_is_not_measured(tmp_path: Path) -> None:
    """A case may make ready first, in the same folder; what that takes does not count."""
    case = quick_case(tmp_path / "diary")
    ready = python("import sys; open(sys.argv[1], 'x'); b'x' * 200_000_000", "{folder}/ready")
    code = f"import os, sys; os.remove(sys.argv.pop(1)); {STAND_IN}"
    ours = replace(
        case.ours, before=ready, argv=python(code, "{folder}/ready", *case.ours.argv[3:])
    )
    (result,) = bench(rounds=1, echo=lambda _: None, cases=[replace(case, ours=ours)])
    assert result.ours.memory < 200_000_000


def test_a_build_that_writes_nothing_is_an_error(tmp_path: Path) -> None:
    """A command that ends well but leaves no PDF is not measured."""
    case = replace(
        quick_case(tmp_path / "diary"), ours=BenchCommand(python("pass"), "{folder}/no.pdf")
    )
    with pytest.raises(BookletError, match=r"wrote no `\{folder\}/no.pdf`"):
        bench(echo=lambda _: None, cases=[case])


def test_a_case_is_chosen_by_its_name() -> None:
    """A name that no case has is an error that knows better."""
    with pytest.raises(BookletError, match="did you mean `reader`"):
        bench(only=["raeder"], echo=lambda _: None)


def test_no_round_can_be_undone() -> None:
    """A number of rounds below nought is an error."""
    with pytest.raises(BookletError, match="`-1` is not a number of rounds"):
        bench(rounds=-1, echo=lambda _: None)


def results(*sides: tuple[float, int]) -> list[Result]:
    """Return a result for each growing case, from our seconds and pages; plain takes 10 s."""
    cases = [case for case in CASES if case.name in GROWING]
    return [
        Result(case, BenchSide(seconds, 130.0, pages), BenchSide(10.0, 100.0, pages))
        for case, (seconds, pages) in zip(cases, sides, strict=False)
    ]


def test_a_page_of_a_long_book_is_compared_with_one_of_a_short() -> None:
    """Time per page is printed for each length, and its growth held against the target."""
    lines = list(growth(results((2.0, 40), (6.0, 120), (24.0, 400))))
    assert lines[1].split() == ["booklet", "40", "50.0", "ms", "250.0", "ms"]
    assert lines[3].split() == ["book", "400", "60.0", "ms", "25.0", "ms"]
    assert lines[-1] == "one of 400 pages costs 1.20 of one of 40 pages (target 1.20 reached)"


def test_growth_over_a_part_of_the_way_has_no_target() -> None:
    """Two lengths give a ratio without a verdict, one gives nothing."""
    assert list(growth(results((2.0, 40), (12.0, 120))))[-1].endswith("2.00 of one of 40 pages")
    assert list(growth(results((2.0, 40)))) == []


def test_ratios_are_ours_to_plains() -> None:
    """The table has the ratios of time and memory beside their targets."""
    reader = list(table(results((2.0, 40), (8.6, 120))))[-1]
    assert reader.split()[-6:] == ["0.86", "0.85", "missed", "1.30", "1.30", "reached"]


@pytest.mark.parametrize(
    ("ratio", "target", "said"),
    [(0.85, 0.85, "0.85 reached"), (0.851, 0.85, "0.85 missed"), (9.9, None, "")],
)
def test_a_target_is_reached_or_missed(ratio: float, target: float | None, said: str) -> None:
    """A ratio may be as large as its target, and not a hair larger; no target, no verdict."""
    assert verdict(ratio, target) == said


def test_our_side_is_the_command_a_person_types() -> None:
    """The bench runs `./inv build`, nothing nearer to the engine; only its store is its own."""
    assert BUILD.argv[:4] == ("env", "BOOKLET_STORE={folder}/store", "./inv", "build")
    assert all(case.ours is BUILD for case in CASES)
