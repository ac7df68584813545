"""The fonts for an edition, as rules for its style sheets, and their bytes."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from booklet.digest import digest
from booklet.fonts import added as kept
from booklet.fonts.groups import GROUPS, digit_family, needed, of_han, of_zero
from booklet.layout.addresses import HOME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from booklet.fonts.groups import Group

# Where added types stand for the layout, before the digest of what they are made of.
_ADDED = "types/"

_CODE = "fontpkg_source_code_pro"
_CODE_FACES = {
    "SourceCode-Regular.ttf": ("SourceCodePro[wght].ttf", 400),
    "SourceCode-Semibold.ttf": ("SourceCodePro[wght].ttf", 600),
    "SourceCode-It.ttf": ("SourceCodePro-Italic[wght].ttf", 400),
    "SourceCode-SemiboldIt.ttf": ("SourceCodePro-Italic[wght].ttf", 600),
}


def there(characters: Callable[[], set[str]], lang: str) -> tuple[Group, ...]:
    """Return the groups that are there and that a text in `lang` with these characters needs."""
    made = kept.made()
    if not made.keys() & GROUPS.keys():
        return ()
    return tuple(group for group in needed(characters(), lang) if group.name in made)


def older(groups: Iterable[Group]) -> list[str]:
    """Return the names of those groups whose types would be made in another way today."""
    from booklet.fonts.making import is_there  # late: it looks for what is installed

    return sorted(group.name for group in groups if not is_there(group))


def abroad(langs: Iterable[str]) -> dict[str, Group]:
    """Return the groups that are there for pieces in these languages of the East, by language.

    They draw the characters that they have in common each in their way.
    """
    made = kept.made()
    wanted = {lang: GROUPS[of_han(lang)] for lang in sorted(langs)}
    return {lang: group for lang, group in wanted.items() if group.name in made}


def shapes(pieces: Mapping[str, Group], own: Sequence[str]) -> str:
    """Return the rules by which pieces in other languages take the types of these."""
    css = ""
    for lang, group in pieces.items():
        names = ("Booklet Serif", *own, *_families((group,), apparatus=False))
        families = ", ".join(f'"{name}"' for name in names)
        css += f'[lang="{lang}"]:not(html, code, pre) {{ font-family: {families}, serif }}\n'
    return css


def rules(groups: Iterable[Group], zero: int = 0) -> str:
    """Return the rules that bring the faces of these groups; older types may lack some.

    Of faces for digits alone those come that have the digits from `zero` on.
    """
    made = kept.made()
    faces: dict[str, str] = {}
    for group in groups:
        for cut in group.cuts:
            is_there = (kept.folder() / group.name / cut.name).is_file()
            if not is_there or (cut.zero and cut.zero != zero):
                continue
            address = f"{HOME}{_ADDED}{made[group.name]}/{group.name}/{cut.name}"
            faces[cut.name] = cut.css(cut.family, address)
            if group.name == "emoji":  # Pango asks for this family where it sees one
                faces[f"emoji {cut.name}"] = cut.css("emoji", address)
    return "\n".join(faces.values())


def digits(zero: int) -> tuple[Group, ...]:
    """Return the group that has the digits from this zero on, if it is there."""
    group = GROUPS.get(of_zero(zero))
    if group is None or group.name not in kept.made():
        return ()
    cuts = [cut for cut in group.digits if cut.zero == zero]
    is_there = all((kept.folder() / group.name / cut.name).is_file() for cut in cuts)
    return (group,) if is_there else ()


# What the booklet numbers: notes, lists, headings, paragraphs, references, lines of the contents.
_NUMBERED = (
    ".entry-page, .number, .page-number, .item-mark, li::marker, .note::footnote-call, "
    ".note::footnote-marker, .endnote-number, .endnote-call, [data-paragraph]::before"
)


def numbered(zero: int) -> str:
    """Return the rules by which the booklet's numbers are shown in the digits from `zero` on.

    They are shown so by their types: in the text they are 0 to 9, by which they are corrected in
    finished pages, looked for by the check, and copied.
    """
    family = digit_family(zero)
    return (
        f':root {{ --face-folio: "{family}", var(--face-apparatus) }}\n'
        f'{_NUMBERED} {{ font-family: "{family}", var(--face-text) }}\n'
    )


def choice(own: Sequence[str], groups: Sequence[Group]) -> str:
    """Return the rule for the families that are taken after those of the house, `own` first.

    Which of the house's come before is for the edition to say: large print is set in the sans.
    """
    text = (*own, *_families(groups, apparatus=False))
    apparatus = (*own, *_families(groups, apparatus=True))

    def listed(more: Iterable[str], last: str) -> str:
        return ", ".join((*(f'"{name}"' for name in dict.fromkeys(more)), last))

    return (
        f":root {{ --more-text: {listed(text, 'serif')}; "
        f"--more-apparatus: {listed(apparatus, 'sans-serif')}; "
        f"--more-code: {listed(apparatus, 'monospace')} }}\n"
    )


def _families(groups: Iterable[Group], *, apparatus: bool) -> tuple[str, ...]:
    """Return the families of these groups in their order, without those of the house."""
    found = [
        cut.family
        for group in groups
        for cut in ((group.apparatus + group.text) if apparatus else group.text)
    ]
    return tuple(name for name in dict.fromkeys(found) if name not in _HOUSE)


_HOUSE = ("Booklet Serif", "Booklet Sans")


def added(path: str) -> bytes | None:
    """Return the bytes of an added face by the path of its address, or None if it is not one."""
    parts = path.removeprefix(_ADDED).split("/")
    if not path.startswith(_ADDED) or len(parts) != 3 or parts[1] not in GROUPS:
        return None
    _, group, name = parts
    if name not in {cut.name for cut in GROUPS[group].cuts}:
        return None
    with suppress(OSError):
        return (kept.folder() / group / name).read_bytes()
    return None


def of_house(name: str) -> bytes | None:
    """Return the bytes of a face of Source Code, or None if the name is another's.

    It comes as a variable font, of which static ones are cut once and kept.
    """
    if name not in _CODE_FACES:
        return None
    try:
        whole = os.stat(str(files(_CODE) / "files" / _CODE_FACES[name][0]))
    except (ImportError, OSError):  # the set-up has not run since it came: code is set in the sans
        return (files("font_source_sans_pro") / "files/SourceSansPro-Regular.otf").read_bytes()
    import fontTools  # late: who composes an edition asks for no bytes

    # to ask which versions are installed would take longer than all else here
    key = digest(f"{whole.st_size} {whole.st_mtime_ns}", fontTools.version, name)
    place = kept.folder() / "house" / f"{key}.ttf"
    with suppress(OSError):
        return place.read_bytes()
    content = _cut(name)
    with suppress(OSError):  # without room to keep it, it is cut each time
        _write(place, content)
    return content


@cache
def _cut(name: str) -> bytes:
    """Return a face of Source Code, cut anew."""
    from booklet.fonts.making import instance  # late: only once on each machine

    file, weight = _CODE_FACES[name]
    return instance((files(_CODE) / "files" / file).read_bytes(), {"wght": weight})


def _write(place: Path, content: bytes) -> None:
    """Write a file whole, or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(new, place)
