"""Findings: trouble that need not stop a build, numbered, each with a place and a hint."""

from __future__ import annotations

from dataclasses import dataclass

from booklet.errors import Place, show

# Code: (kind, what it is, what to do). The rows of docs/findings.md; a test compares the two.
# Kinds: a note is said and not counted; a warning is counted, and fails a build that is strict;
# an error is a loss, and always fails.
CODES: dict[str, tuple[str, str, str]] = {
    "M01": ("note", "a key of another tool in the front matter", "the templates can use it"),
    "M02": ("warning", "raw HTML that was dropped", "write it in Markdown"),
    "M03": ("warning", "a link that was dropped", "use http, https, mailto or #anchor"),
    "M04": ("warning", "a reference without a note", "write the note: `[^name]: its text`"),
    "M05": ("warning", "a note without a reference", "put `[^name]` where it is called"),
    "M06": ("warning", "a picture that cannot be used", "a placeholder stands in its place"),
    "M07": ("warning", "a link to a place that is not there", "give the target `{#name}`"),
    "M08": ("warning", "two places with the same name", "rename one of them"),
    "M09": ("warning", "a picture without a description", 'write `{fig-alt="what it shows"}`'),
    "M10": ("warning", "a table cell that spans too much", "the span was cut to what can be set"),
    "M11": ("warning", "a character that no font has", "put a font that has it into `fonts/`"),
    "M12": ("note", "characters set in a font of this machine", "put the font into `fonts/`"),
    "M13": ("warning", "an attribute that was dropped", "use id, class, width, lang, dir, fig-alt"),
    "M14": ("warning", "front matter without effect", "write it into the first file"),
    "M15": ("warning", "markup of another tool that was dropped", "remove it"),
    "M16": ("note", "markup of another tool, printed as typed", "write it in Markdown"),
    "M17": (
        "warning",
        "citations, references and mathematics that are not set yet",
        "they are printed as typed",
    ),
    "M18": ("warning", "a table that is not drawn right", "draw it as docs/writing.md shows"),
    "M19": ("warning", "the end of a block that did not begin", "remove the line of colons"),
    "M20": ("note", "a line that begins like the item of a list", "it is set as text"),
    "M21": ("note", "a list whose numbers skip", "they are printed as typed"),
    "M22": ("note", "code for another program", "it is printed, and not run"),
    "M23": ("note", "a table wider than the page", "it was made to fit"),
    "M24": ("note", "a paragraph with a line of hyphens below", "it is no heading"),
    "M25": ("note", "markup in the front matter", "words alone are printed there"),
    "M31": (
        "warning",
        "a text in another language than it names",
        "write `lang` into the front matter",
    ),
    "M32": ("note", "fonts of another version of this project", "bring the new ones"),
    "M46": ("warning", "code that never ends", "write three backticks below it"),
    "M50": ("warning", "a value that a hash cuts off", "put quotation marks around all of it"),
    "M51": ("note", "a value that is read as another", "write it as it is meant"),
    "M52": ("warning", "a date that is not printed", "write the day, as in `2026-03-09`"),
    "M53": ("warning", "keys that are printed as text", "write them between lines of `---`"),
    "M60": (
        "note",
        "a language in which the booklet has no words of its own",
        "write them into `templates/words.toml`",
    ),
    "M61": ("warning", "a font that nobody has", "put it into `fonts/`, or correct its name"),
    "M62": (
        "note",
        "letters without italics, which stand upright",
        "stress by weight: `**so**`",
    ),
    "M63": ("note", "a font in `fonts/` that sets no letter", "name it in `style.css`"),
    "M64": (
        "warning",
        "bold or italics that a font does not have",
        "put that face into `fonts/`",
    ),
    "S01": ("warning", "CSS that was ignored", "correct or remove it"),
    "S02": (
        "warning",
        "a file that a style or a template may not read",
        "copy it beside the essay",
    ),
    "S05": ("warning", "a rule beyond all measure", "write what fits on paper"),
    "P01": ("warning", "a footnote that the page cannot hold", "it is set as an endnote"),
    "P02": ("warning", "page numbers that did not settle", "reword the line with the reference"),
    "P03": ("warning", "a remark of the layout engine", "look at the page"),
    "P04": ("warning", "pages that were kept and did not fit", "report it with the manuscript"),
    "C01": ("error", "text that is not in the PDF", "report it with the manuscript"),
    "C02": ("error", "a footnote far from its call", "shorten the notes, or set `notes: end`"),
    "C03": ("error", "a contents line with a wrong page", "report it with the manuscript"),
    "C04": ("error", "a reference with a wrong page", "report it with the manuscript"),
    "C05": ("error", "a link that misses its target", "report it with the manuscript"),
    "C06": ("error", "text outside the page", "make it narrower, or the page wider"),
    "C07": ("warning", "text that nobody can see", "change its colour, or what lies over it"),
    "C08": ("warning", "text too small to be read", "make it larger, or leave it out"),
    "C09": (
        "error",
        "the head of a table that no page holds",
        "shorten it, or make it a row below",
    ),
    "I01": ("warning", "ink near the fold or the edge of a sheet", "print on thinner paper"),
    "I02": ("note", "sheets that were left out", "print on a larger paper"),
    "I03": ("error", "sheets that do not fold into the booklet", "report it with the manuscript"),
    "I04": ("warning", "a setting without effect", "leave it out"),
    "I05": ("warning", "a cover that is wider than its sheet", "print on a larger paper"),
    "I06": ("note", "a thick saddle", "write `scheme: signatures`"),
    "I07": ("note", "a number of pages that no shop can staple", "the shop adds blank ones"),
    "I08": ("warning", "a picture that is coarse in print", "take a larger one"),
    "I09": ("note", "a size that is another one in Japan", "write `B6-JIS`"),
    "I10": ("warning", "a margin that no printer prints in", "make it larger"),
    "I11": ("note", "a picture of several", "save the one you mean by itself"),
    "I12": ("warning", "colours that are a guess", "save the picture again, in sRGB"),
}


@dataclass(frozen=True)
class Finding:
    """One finding: its code, a sentence, the place in the manuscript, and the page if known.

    `hint` replaces the hint of the code where there is something better to say. `edition` is named
    where several were made, and not all of them have it.
    """

    code: str
    message: str
    where: Place | None = None
    page: str = ""
    hint: str = ""
    edition: str = ""

    @property
    def kind(self) -> str:
        """`note`, `warning` or `error`."""
        return CODES[self.code][0]

    def __str__(self) -> str:
        """Return the finding as the author reads it, in a single line."""
        page = f", page {self.page}" if self.page else ""
        if self.edition:
            page += f"{' of' if page else ', in'} the edition `{self.edition}`"
        hint = self.hint or CODES[self.code][2]
        return show(self.kind, f"{self.message}{page} ({hint}) [{self.code}]", self.where)
