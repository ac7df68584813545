"""Settings: the keys of the front matter that this project knows, each with its type."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from booklet.errors import BookletError
from booklet.lengths import Length, Size
from booklet.manuscript.language import is_leftward, zero

# What each key takes, in the words of a message, and how it is written.
TAKES = {
    "author": "a name, a list of names, or `name:` with `affiliation:`",
    "chapter-start": "`recto` or `page`",
    "chapters": "a list of Markdown files, such as `[one.md, two.md]`",
    "digits": "`native` or `latin`",
    "dir": "`ltr` or `rtl`",
    "keywords": "a list, such as `[alliances, security]`",
    "lang": "a tag such as `en-GB`",
    "notes": "`foot` or `end`",
    "number-sections": "`true` or `false`",
    "paper": "a size such as `A4` or `letter`",
    "toc-depth": "a whole number from 0 (no contents) to 4",
    "trim": "a size such as `A5` or `120mm x 190mm`",
    "type-size": "a length such as `10pt`",
}


class Author(msgspec.Struct, frozen=True):
    """A name as it stands on the cover, and the house it comes from."""

    name: str
    affiliation: str = ""


class Settings(msgspec.Struct, frozen=True, rename="kebab"):
    """The front matter of a manuscript: every key that this project knows, with its type.

    Text for a reader is typeset already: its quotation marks are curled, its markup is gone.
    """

    title: str = ""
    subtitle: str = ""
    author: str | Author | list[str | Author] = ""
    date: str = ""
    occasion: str = ""
    lang: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    dir: Literal["", "ltr", "rtl"] = ""
    digits: Literal["", "native", "latin"] = ""
    publisher: str = ""
    rights: str = ""
    abstract: str = ""
    keywords: list[str] = []
    description: str = ""
    toc_depth: Annotated[int, msgspec.Meta(ge=0, le=4)] = 2
    number_sections: bool = False
    trim: str = ""
    paper: str = "A4"
    type_size: str = ""
    chapters: list[str] = []
    chapter_start: Literal["recto", "page"] = "page"
    notes: Literal["foot", "end"] = "foot"

    @property
    def authors(self) -> tuple[Author, ...]:
        """The authors, one by one, each with a name."""
        given = self.author if isinstance(self.author, list) else [self.author]
        return tuple(a if isinstance(a, Author) else Author(a) for a in given if a)

    @property
    def front(self) -> tuple[str, ...]:
        """What the pages before the text show, the title aside; the abstract by paragraphs."""
        people = [text for author in self.authors for text in (author.name, author.affiliation)]
        paragraphs = self.abstract.split("\n\n")
        others = (self.subtitle, self.occasion, self.publisher, self.rights, *self.keywords)
        return tuple(text for text in (*people, *paragraphs, *others) if text)

    @property
    def rtl(self) -> bool:
        """Whether the text runs, and the booklet opens, from right to left."""
        return self.dir == "rtl" or (not self.dir and is_leftward(self.lang))

    @property
    def zero(self) -> int:
        """The zero of the digits by which the booklet numbers; 0 for those of Latin."""
        return 0 if self.digits == "latin" else zero(self.lang, native=bool(self.digits))


def is_page(size: Size) -> bool:
    """Whether a page of this size can be set."""
    return 60 <= size.width.to("mm") <= 1000 and 80 <= size.height.to("mm") <= 1500


def judge_page(key: str, given: str) -> None:
    """Raise BookletError unless `given`, the value of `key`, is the size of a page to set."""
    size = Size.parse(given)
    if not is_page(size):
        raise BookletError(
            f"`{key}` is {size.name()}, too small or too large to set",
            hint="a page is from 60 × 80 mm to 1000 × 1500 mm",
        )


def judge_type(given: str) -> None:
    """Raise BookletError unless `given` is a size of type to set."""
    if not 5 <= Length.parse(given).pt <= 40:
        raise BookletError("`type-size` is from 5pt to 40pt")


KEYS = {f.encode_name for f in msgspec.structs.fields(Settings)}
FOR_READERS = (
    "title",
    "subtitle",
    "date",
    "occasion",
    "publisher",
    "rights",
    "abstract",
    "description",
)
