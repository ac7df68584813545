"""Safety: what a stranger's essay may do to the machine that builds it, which is nothing.

Each attack goes through the whole press. Wherever a booklet can still be made it is made, with a
warning; wherever it cannot, there is one message, and the last good booklet is still there.
"""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from booklet.errors import BookletError
from booklet.layout import addresses
from booklet.manuscript.raw_html import SCHEMES
from booklet.quick.layout import Limits, QuickLayout
from tests.conftest import ESSAY, Shop, everything, losses, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from booklet.press import Booklet
    from tests.conftest import Server

SECRET = "xyzzy-secret"

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="100" height="50" viewBox="0 0 100 50">{}</svg>'
)
COVER = (
    '{{% extends "part.html" %}}{{% block part %}}'
    '<p id="cover">{{{{ booklet.title }}}}</p>{}{{% endblock %}}'
)


def essay(*blocks: str) -> str:
    """Return the short essay with more blocks at its end."""
    return "\n".join([ESSAY, *(f"{block}\n" for block in blocks)])


def png(width: int, height: int) -> bytes:
    """Return a black PNG of any size; compressed, it is small."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(bytes(1 + (width + 7) // 8)) for _ in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", packed + rows.flush())
        + chunk(b"IEND", b"")
    )


def data(kind: str, content: bytes) -> str:
    """Return content as an address that holds it."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@pytest.fixture
def secret(press: Shop) -> Path:
    """Return the folder around the essay's, with files in it that the essay may not read."""
    folder = press.folder.parent
    (folder / "secret.svg").write_text(SVG.format(f"<text x='1' y='20'>{SECRET}</text>"))
    (folder / "secret.css").write_text(f"p::before {{ content: '{SECRET}' }}")
    (folder / "secret.html").write_text(SECRET)
    (folder / "secret.md").write_text(SECRET)
    return folder


def is_silent(booklet: Booklet) -> bool:
    """Whether nothing of the secret files is in a booklet."""
    html = booklet.path.with_suffix(".html").read_text()
    return SECRET.encode() not in everything(booklet.pages.pdf) and SECRET not in html


# Reading.

OUTSIDE = (
    "../secret.svg", "pictures/../../secret.svg", "%2e%2e/secret.svg", "..%2fsecret.svg",
    "%252e%252e/secret.svg", "..\\secret.svg", "{folder}/secret.svg", "file://{folder}/secret.svg",
    "file:{folder}/secret.svg", "FILE://{folder}/secret.svg", "//localhost{folder}/secret.svg",
    "https://booklet.invalid/../secret.svg",
)  # fmt: skip


@pytest.mark.parametrize("address", OUTSIDE)
@pytest.mark.parametrize("form", ["![A picture]({})", '<img src="{}" alt="A picture">'])
def test_a_picture_outside_the_folder_is_not_read(
    press: Shop, secret: Path, address: str, form: str
) -> None:
    """Whatever its address looks like, it is missing, and said to be at its line."""
    booklet = press(essay(form.format(address.format(folder=secret))))
    assert is_silent(booklet)
    assert [t for t in told(booklet) if t.startswith("M06")] == ["M06 essay.md:14"]


@pytest.mark.parametrize("way", ["file", "folder"])
def test_symbolic_links_out_of_the_folder_are_not_followed(
    press: Shop, secret: Path, way: str
) -> None:
    """A link is where it leads to; nor does the folder itself escape by one."""
    if way == "file":
        (press.folder / "p.svg").symlink_to(secret / "secret.svg")
    else:
        (press.folder / "sub").symlink_to(secret, target_is_directory=True)
    src = "p.svg" if way == "file" else "sub/secret.svg"
    booklet = press(essay(f"![A picture]({src})"))
    assert is_silent(booklet)
    assert "M06 essay.md:14" in told(booklet)


def test_a_symbolic_link_within_the_folder_is_followed(press: Shop) -> None:
    """Only where a file really lies counts."""
    press.write({"real.svg": SVG.format("<rect width='9' height='9'/>")})
    (press.folder / "p.svg").symlink_to("real.svg")
    assert told(press(essay("![A picture](p.svg)"))) == []


@pytest.mark.parametrize("name", ["style.css", "templates/cover.html", "chapter.md"])
def test_a_part_of_the_essay_that_lies_elsewhere_is_an_error(
    press: Shop, secret: Path, name: str
) -> None:
    """A style, a template or a chapter by a symbolic link is not the essay's own."""
    (press.folder / name).parent.mkdir(exist_ok=True)
    (press.folder / name).symlink_to(secret / f"secret.{name.rpartition('.')[2]}")
    text = ESSAY.replace("---\n\n", "chapters: [chapter.md]\n---\n\n", 1)
    with pytest.raises(BookletError, match="outside the folder"):
        press(text if name == "chapter.md" else ESSAY)


RULES = (
    "p {{ background: url({}secret.svg) }}", "li {{ list-style-image: url('{}secret.svg') }}",
    "p::before {{ content: url({}secret.svg) }}", "@import url({}secret.css);",
    "@import '{}secret.css';", "@font-face {{ font-family: X; src: url({}secret.svg) }}",
    "p {{ border-image: url({}secret.svg) 1 }}",
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("base", ["file://{folder}/", "../"])
def test_a_style_sheet_reads_nothing_outside_the_folder(
    press: Shop, secret: Path, rule: str, base: str
) -> None:
    """By no rule that takes an address; the author is told the line."""
    style = f"{rule.format(base.format(folder=secret))}\n"
    booklet = press({"essay.md": essay("- An item"), "style.css": style})
    assert is_silent(booklet)
    assert told(booklet) == ["S02 style.css:1"]


def test_a_font_of_the_machine_is_not_read_by_its_name(press: Shop) -> None:
    """`local()` would make the booklet depend on the machine."""
    style = '\n@font-face { font-family: X; src: local("DejaVu Sans") }'
    assert told(press({"essay.md": ESSAY, "style.css": style})) == ["S02 style.css:2"]


DRAWN = (
    '<image href="file://{folder}/secret.svg" width="9" height="9"/>',
    '<image xlink:href="../secret.svg" width="9" height="9"/>',
    '<use href="file://{folder}/secret.svg#a"/>',
    '<use xlink:href="../secret.svg#a"/>',
    "<style>@import url(file://{folder}/secret.css);</style>",
    "<rect width='9' height='9' fill='url(file://{folder}/secret.svg#a)'/>",
)


@pytest.mark.parametrize("content", DRAWN)
def test_a_drawing_reads_nothing_outside_the_folder(
    press: Shop, secret: Path, content: str
) -> None:
    """An SVG file has addresses of its own."""
    drawing = SVG.format(content.format(folder=secret) + '<rect width="9" height="9"/>')
    booklet = press({"essay.md": essay("![A drawing](p.svg)"), "p.svg": drawing})
    assert is_silent(booklet)
    assert losses(booklet) == []


def test_an_entity_reads_no_file(press: Shop, secret: Path) -> None:
    """XML's own way to include a file is closed."""
    entity = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{secret}/secret.html">]>'
    drawing = entity + SVG.format("<text y='20'>&x;</text>")
    booklet = press({"essay.md": essay("![A drawing](p.svg)"), "p.svg": drawing})
    assert is_silent(booklet)
    assert told(booklet) == ["M06 essay.md:14"]


TEMPLATED = (
    '<link rel="attachment" href="file://{folder}/secret.html">',
    '<a rel="attachment" href="file://{folder}/secret.html">x</a>',
    '<a rel="attachment" href="essay.md">x</a>',
    '<link rel="stylesheet" href="file://{folder}/secret.css">',
    '<img src="file://{folder}/secret.svg">',
    '<img src="../secret.svg">',
    '<object data="file://{folder}/secret.svg"></object>',
    '<embed src="file://{folder}/secret.svg">',
    '<base href="file://{folder}/"><img src="secret.svg">',
    "<style>@import url(file://{folder}/secret.css);</style>",
    '<svg width="9" height="9"><image href="file://{folder}/secret.svg"/></svg>',
    "<p style=\"background: url('file://{folder}/secret.svg')\">x</p>",
    '<a href="file://{folder}/secret.html">x</a>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="secret.html">x</a>',
    '<p style="-weasy-link: url(javascript:alert%281%29)">x</p>',
)


@pytest.mark.parametrize("content", TEMPLATED)
def test_a_template_reads_and_attaches_nothing_outside_the_folder(
    press: Shop, secret: Path, content: str
) -> None:
    """A template may hold any HTML, but what it names is refused all the same, and said."""
    content = content.format(folder=secret)
    booklet = press({"essay.md": ESSAY, "templates/cover.html": COVER.format(content)})
    assert is_silent(booklet)
    held = everything(booklet.pages.pdf)
    assert b"EmbeddedFile" not in held
    assert b"javascript:" not in held
    assert b"file:" not in held
    assert b"booklet.invalid" not in held
    assert losses(booklet) == []
    assert {t for t in told(booklet) if "templates/cover.html" in t}


@pytest.mark.parametrize("name", ["/etc/passwd", "../../secret.html", "../secret.html", "in.html"])
def test_a_template_includes_nothing_outside_the_folder(
    press: Shop, secret: Path, name: str
) -> None:
    """Nor by a symbolic link."""
    (press.folder / "templates").mkdir()
    (press.folder / "templates" / "in.html").symlink_to(secret / "secret.html")
    files = {"essay.md": ESSAY, "templates/cover.html": f'{{% include "{name}" %}}'}
    with pytest.raises(BookletError, match=r"outside the folder|no template|not there"):
        press(files)


def test_a_template_does_not_reach_python(press: Shop) -> None:
    """The sandbox of Jinja keeps a template from what is behind its values."""
    reach = "{{ cycler.__init__.__globals__.os.popen('id').read() }}"
    with pytest.raises(BookletError, match="unsafe") as caught:
        press({"essay.md": ESSAY, "templates/cover.html": f"\n\n{reach}"})
    assert str(caught.value.where) == "templates/cover.html:3"


@pytest.mark.parametrize("name", ["essay.md", "text.md"])
def test_an_essay_that_lies_elsewhere_is_an_error(press: Shop, secret: Path, name: str) -> None:
    """By a link to another folder, however it is named; a link within its folder is followed."""
    (press.folder / name).symlink_to(secret / "secret.md")
    with pytest.raises(BookletError, match="outside the folder"):
        press({}, essay="." if name == "essay.md" else name)
    (press.folder / name).unlink()
    press.write({"parts/words.md": ESSAY})
    (press.folder / name).symlink_to("parts/words.md")
    assert told(press({}, essay="." if name == "essay.md" else name)) == []


@pytest.mark.parametrize("name", ["style.css", "booklet.toml"])
def test_a_link_to_nothing_is_an_error(press: Shop, name: str) -> None:
    """It was meant to be there: nothing is left out in silence."""
    (press.folder / name).symlink_to("gone")
    with pytest.raises(BookletError, match=f"`{name}` is not there"):
        press()


@pytest.mark.parametrize("way", ["file", "folder"])
def test_a_font_that_lies_elsewhere_is_an_error(press: Shop, secret: Path, way: str) -> None:
    """By a link of its own, or by one of its folder's."""
    (secret / "elsewhere").mkdir()
    (secret / "elsewhere" / "x.otf").write_text(SECRET)
    if way == "file":
        (press.folder / "fonts").mkdir()
        (press.folder / "fonts" / "x.otf").symlink_to(secret / "elsewhere" / "x.otf")
    else:
        (press.folder / "fonts").symlink_to(secret / "elsewhere", target_is_directory=True)
    with pytest.raises(BookletError, match="outside the folder"):
        press()


def test_modules_beside_the_essay_are_not_run(press: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python looks for modules in the folder one stands in; the worker must not."""
    trap = f"open({str(press.folder / 'trapped')!r}, 'w')"
    press.write({f"{name}.py": trap for name in ("weasyprint", "logging", "pydyf", "queue")})
    monkeypatch.chdir(press.folder)
    monkeypatch.setenv("PYTHONPATH", str(press.folder))
    with QuickLayout() as crew:
        Shop(press.folder, crew)()
    assert not (press.folder / "trapped").exists()


# Links.


@pytest.mark.parametrize("href", ["javascript:alert(1)", "JavaScript:alert(1)", "file:///etc/x",
                                  "data:text/html,x", "vbscript:x", "//host/x"])  # fmt: skip
def test_links_that_run_programs_or_open_files_are_dropped(press: Shop, href: str) -> None:
    """The words of the link stay; the author is told."""
    booklet = press(essay(f"[words of it]({href})", f'<a href="{href}">raw words</a>'))
    held = everything(booklet.pages.pdf)
    assert href.encode() not in held
    assert "M03 essay.md:14" in told(booklet)
    assert losses(booklet) == []


def test_the_engine_lets_the_same_links_pass_as_the_manuscript() -> None:
    """The two lists are one; the worker has a copy, since it loads nothing of the manuscript's."""
    assert addresses.SCHEMES == SCHEMES


def test_messages_do_not_steer_the_terminal(press: Shop) -> None:
    """What they quote of the author's text has no control characters."""
    booklet = press(essay("[words](file:///\x1b]0;title\x07\x9b31m)", "![A](\x1b[2J.png)"))
    shown = "".join(map(str, booklet.report.findings))
    assert "file:" in shown
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in shown)


# The network.


def test_no_request_leaves_the_machine_unless_it_may(press: Shop, server: Server) -> None:
    """By no picture, style, font, drawing or template."""
    at = server.address
    drawing = SVG.format(
        f'<image href="{at}/d.png"/><use href="{at}/e.svg#a"/>'
        f"<style>@import url({at}/f.css);</style>"
    )
    style = (
        f"@import url({at}/g.css); @font-face {{ font-family: X; src: url({at}/h.otf) }} "
        f"p {{ background: url({at}/i.png) }}"
    )
    cover = COVER.format(
        f'<link rel="stylesheet" href="{at}/j.css"><img src="{at}/k.png">'
        f'<link rel="attachment" href="{at}/l"><a rel="attachment" href="{at}/m">x</a>'
    )
    text = essay(f"![A picture]({at}/a.png)", f'<img src="{at}/b.png">', "![D](d.svg)")
    booklet = press(
        {"essay.md": text, "d.svg": drawing, "style.css": style, "templates/cover.html": cover}
    )
    assert server.asked == []
    assert {"M06 essay.md:14", "M06 essay.md:16", "S02 style.css:1"} <= set(told(booklet))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "a.localhost", "0.0.0.0", "[::ffff:127.0.0.1]"]
)
def test_nothing_of_this_machine_is_asked_though_the_web_may_be(
    press: Shop, server: Server, host: str
) -> None:
    """What listens here, or in the house, is not the web, by whatever name."""
    server.pages["/a.png"] = (200, {"Content-Type": "image/png"}, png(40, 30))
    at = server.address.replace("127.0.0.1", host)
    style = f"@import '{at}/b.css'; p {{ background: url({at}/c.png) }}"
    booklet = press({"essay.md": essay(f"![A]({at}/a.png)"), "style.css": style}, network=True)
    assert server.asked == []
    assert set(told(booklet)) == {"M06 essay.md:14", "S02 style.css:1"}
    assert "no public address" in "".join(map(str, booklet.report.findings))


def test_a_file_of_the_machine_is_not_read_over_the_network_either(
    press: Shop, secret: Path
) -> None:
    """`--allow-network` opens the web, not the disk."""
    style = f"p {{ background: url(file://{secret}/secret.svg) }}"
    booklet = press({"essay.md": ESSAY, "style.css": style}, network=True)
    assert is_silent(booklet)
    assert told(booklet) == ["S02 style.css:1"]


# What is too much: in the manuscript.

DEEP = {
    "quotations": ("> " * 400 + "deep", "nested more than"),
    "lists": ("".join("  " * i + "- a\n" for i in range(200)), "nested more than"),
    "divisions": ("<div>" * 10_000 + "deep" + "</div>" * 10_000, "nested"),
    "blocks": ("<div>\n\n" * 2_000 + "deep\n\n" + "</div>\n\n" * 2_000, "nested"),
    "spans": ("a " + "<span>" * 10_000 + "deep" + "</span>" * 10_000, "nested"),
}


@pytest.mark.parametrize(("text", "message"), DEEP.values(), ids=DEEP)
def test_nesting_without_end_is_an_error_with_its_line(
    press: Shop, text: str, message: str
) -> None:
    """No RecursionError, and no minutes: tags, quotations or lists in one another."""
    with pytest.raises(BookletError, match=message) as caught:
        press(f"# T\n\n{text}\n")
    assert str(caught.value.where).startswith("essay.md:")


@pytest.mark.parametrize("text", ["*a **b " * 400, "[" * 300])
def test_what_only_looks_nested_is_text(press: Shop, text: str) -> None:
    """Marks that open nothing are letters like others."""
    assert losses(press(f"# T\n\n{text}\n", seconds=10)) == []


@pytest.mark.parametrize("span", ["colspan", "rowspan"])
def test_a_cell_of_a_thousand_million_columns_is_cut(press: Shop, span: str) -> None:
    """It is laid out for minutes otherwise."""
    booklet = press(essay(f'<table><tr><td {span}="1000000000">cell</td></tr></table>'), seconds=10)
    assert told(booklet) == ["M10 essay.md:14"]


# What is too much: in pictures.


def test_a_picture_with_too_many_pixels_is_not_decoded(press: Shop) -> None:
    """A small file can hold gigabytes: in the text, in a style, in an address, or from the web."""
    bomb = png(20_000, 20_000)
    assert len(bomb) < 100_000
    style = f"p {{ background: url(p.png) }}\nli {{ background: url({data('image/png', bomb)}) }}"
    booklet = press({"essay.md": essay("- a", "![P](p.png)"), "p.png": bomb, "style.css": style})
    assert sorted(told(booklet)) == ["M06 essay.md:16", "S02 style.css:1", "S02 style.css:2"]
    assert all("million pixels" in f.message for f in booklet.report.findings)


def laughs(depth: int = 12) -> str:
    """Return a drawing of ten times ten times ten … squares."""
    groups = [f'<g id="u{i}">' + f'<use href="#u{i - 1}"/>' * 10 + "</g>" for i in range(1, depth)]
    uses = "".join(groups)
    return f'<defs><rect id="u0" width="1" height="1"/>{uses}</defs><use href="#u{depth - 1}"/>'


def patterns(depth: int = 12) -> str:
    """Return a drawing whose pattern is made of a pattern, and so on."""
    parts = [
        f'<pattern id="p{i}">' + f'<rect fill="url(#p{i - 1})"/>' * 10 + "</pattern>"
        for i in range(1, depth)
    ]
    return "".join(parts) + f'<rect width="9" height="9" fill="url(#p{depth - 1})"/>'


BOMBS = {
    "uses": (SVG.format(laughs()), "repeats itself"),
    "patterns": (SVG.format(patterns()), "repeats itself"),
    "use of itself": (SVG.format('<g id="a"><use href="#a"/></g>'), "without end"),
    "uses of each other": (
        SVG.format('<g id="a"><use href="#b"/></g><g id="b"><use xlink:href="#a"/></g>'),
        "without end",
    ),
    "itself as a picture": (SVG.format('<image href="p.svg"/>' * 9), "another drawing"),
    "groups": (SVG.format("<g>" * 5_000 + "</g>" * 5_000), "nested"),
    "entities": (
        '<!DOCTYPE svg [<!ENTITY a0 "aaaaaaaaaa">'
        + "".join(f'<!ENTITY a{i} "' + f"&a{i - 1};" * 10 + '">' for i in range(1, 12))
        + "]>"
        + SVG.format("<text>&a11;</text>"),
        "names for more",
    ),
    "nothing": ("", "not a picture"),
    "half a file": (SVG.format("<rect/>")[:-9], "well-formed"),
}


@pytest.mark.parametrize(("drawing", "message"), BOMBS.values(), ids=BOMBS)
def test_a_drawing_without_end_is_not_drawn(press: Shop, drawing: str, message: str) -> None:
    """A placeholder stands in its place, and the author is told why."""
    booklet = press({"essay.md": essay("![A drawing](p.svg)"), "p.svg": drawing}, seconds=10)
    assert told(booklet) == ["M06 essay.md:14"]
    assert message in booklet.report.findings[0].message


@pytest.mark.parametrize("name", ["p.svg", "p.png", "p"])
def test_a_drawing_without_end_is_known_by_any_name(press: Shop, name: str) -> None:
    """The engine looks at the content, and so do we: in a style too."""
    style = f"p {{ background: url({name}) }}"
    drawing = SVG.format(laughs()).encode("utf-16")
    files: dict[str, str | bytes] = {"essay.md": ESSAY, name: drawing, "style.css": style}
    booklet = press(files, seconds=10)
    assert told(booklet) == ["S02 style.css:1"]
    assert "repeats itself" in booklet.report.findings[0].message


def test_an_honest_drawing_may_repeat_itself(press: Shop) -> None:
    """As maps, plots and ornaments do."""
    drawing = SVG.format(laughs(4).replace("<use ", '<use xlink:title="x" '))
    booklet = press({"essay.md": essay("![A drawing](p.svg)"), "p.svg": drawing})
    assert told(booklet) == []


# What is too much: in styles.

SLOW = {
    "a leader in a wide box": "p { width: 1000000px } p::after { content: leader('.') }",
}


@pytest.mark.parametrize("style", SLOW.values(), ids=SLOW)
def test_a_layout_without_end_is_ended(press: Shop, style: str) -> None:
    """The message says where the text begins that is laid out, and what to look for."""
    with pytest.raises(BookletError, match=r"within 2 s|memory") as caught:
        press({"essay.md": ESSAY, "style.css": style}, seconds=2)
    assert str(caught.value.where) == "essay.md:6"
    assert "--time-limit" in caught.value.hint or "memory" in caught.value.message


SMALL = {
    "20 px": "@page { size: 20px }",
    "nothing": "@page { size: 0 0; margin: 0 }",
    "a square of two hundred metres": "@page { size: 1000000px }",
}


@pytest.mark.parametrize("style", SMALL.values(), ids=SMALL)
def test_pages_that_no_printer_has_are_an_error(press: Shop, style: str) -> None:
    """A page of a letter takes as long as one of a thousand, and there are as many more."""
    with pytest.raises(BookletError, match="the style makes pages of") as caught:
        press({"essay.md": essay("words " * 3000), "style.css": style}, seconds=30)
    assert str(caught.value.where) == "style.css"
    assert "60 × 80 mm" in caught.value.hint


def test_a_part_with_pages_that_no_printer_has_is_an_error(press: Shop) -> None:
    """The rule may be for the text alone, which is laid out before its pages are known."""
    style = "@page arabic { size: 20px; margin: 0 }"
    with pytest.raises(BookletError, match="the style makes pages of") as caught:
        press({"essay.md": ESSAY, "style.css": style}, seconds=20)
    assert str(caught.value.where) == "essay.md:6"


ABSURD = {
    "huge margins": "p { margin: 1000000000px }",
    "negative margins": "p { margin: -1000000000px; padding: 99999999px }",
    "huge type": "p { font-size: 100000000px }",
    "counters by marks": "@counter-style s { system: symbolic; symbols: x } "
    "p { counter-reset: c 2000000000 } p::after { content: counter(c, s) }",
    "padded counters": "@counter-style s { system: numeric; symbols: '0' '1'; pad: 2000000000 x } "
    "p { counter-reset: c 2 } p::after { content: counter(c, s) }",
    "many columns": "p { columns: 1000000 }",
    "nothing is shown": "body { display: none }",
    "all is outside": "p { position: absolute; left: -5000px }",
    "brackets": "p { width: " + "(" * 100_000 + " }",
    "calculations": "p { width: " + "calc(" * 2_000 + "1px" + ")" * 2_000 + " }",
}


@pytest.mark.parametrize("style", ABSURD.values(), ids=ABSURD)
def test_absurd_rules_end_in_a_message_or_a_sound_booklet(press: Shop, style: str) -> None:
    """Never in a traceback; what they hide or push off the page is a loss that is told."""
    try:
        booklet = press({"essay.md": ESSAY, "style.css": style}, seconds=20)
    except BookletError as error:
        assert error.where  # noqa: PT017 - either will do
    else:
        assert (
            losses(booklet) or b"second paragraph" in booklet.path.with_suffix(".html").read_bytes()
        )


# What is too much: in templates.

ENDLESS = {
    "loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "a number without end": "{% set n = 10**10 %}{{ 10**n }}",
    "a text without end": "{% set n = 10**10 %}{{ 'a' * n }}",
    "a text without end, when compiled": "{{ 'a' * 10**10 }}",
    "a wide column": "{{ '%10000000000d' % 1 }}",
    "a range": "{% for a in range(10**9) %}{% endfor %}",
    "itself": '{% include "cover.html" %}',
    "more than a booklet": "{% for a in range(99999) %}{{ 'x' * 9999 }}{% endfor %}",
}


@pytest.mark.parametrize("template", ENDLESS.values(), ids=ENDLESS)
def test_a_template_without_end_is_ended(press: Shop, template: str) -> None:
    """In time, and in memory: Jinja has no limits of its own."""
    with pytest.raises(BookletError) as caught:
        press({"essay.md": ESSAY, "templates/cover.html": template}, seconds=3)
    assert str(caught.value.where).startswith("templates")


def test_a_template_that_makes_too_much_is_told(press: Shop) -> None:
    """Before it fills the machine."""
    template = COVER.format("{% for a in range(9050) %}{{ 'x' * 9999 }}{% endfor %}")
    with pytest.raises(BookletError, match="90 MB of HTML") as caught:
        press({"essay.md": ESSAY, "templates/cover.html": template})
    assert str(caught.value.where) == "templates"


# The limits themselves.


def test_memory_is_limited(tmp_path: Path) -> None:
    """What needs more is ended, and the message says how much there was."""
    style = SLOW["a leader in a wide box"]
    with QuickLayout(Limits(seconds=60, memory=450 << 20)) as crew:
        shop = Shop(tmp_path, crew)
        with pytest.raises(BookletError, match=r"more than 0\.4 GB") as caught:
            shop({"essay.md": ESSAY, "style.css": style})
        assert str(caught.value.where) == "essay.md:6"
        assert losses(shop({"style.css": ""})) == []  # and the layout is as good as new


def test_the_limit_of_time_grows_with_the_text() -> None:
    """A long chapter may take longer than a short one, and none longer than one of 700 pages."""
    limits = Limits()
    assert limits.of(0) < limits.of(800_000) < limits.of(1_500_000) == limits.of(20_000_000)
    assert limits.of(800_000) > 300
    assert limits.of(20_000_000) < 700


def test_a_worker_that_was_ended_is_replaced(press: Shop) -> None:
    """After a layout without end the next essay is laid out."""
    with pytest.raises(BookletError):
        press({"essay.md": ESSAY, "style.css": SLOW["a leader in a wide box"]}, seconds=1)
    assert losses(press({"style.css": ""})) == []


FAILURES: dict[str, Callable[[Shop], Booklet]] = {
    "slow": lambda s: s({"style.css": SLOW["a leader in a wide box"]}, seconds=1),
    "nested": lambda s: s("# T\n\n" + DEEP["spans"][0]),
    "a page that cannot be": lambda s: s({"style.css": "@page { size: 20px }"}),
    "a template": lambda s: s({"templates/cover.html": "{{ nothing }}"}),
    "a loss": lambda s: s({"style.css": "p { display: none }"}),
}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_the_last_good_booklet_is_still_there(press: Shop, fail: Callable[[Shop], Booklet]) -> None:
    """After any failure, byte by byte."""
    good = press().path
    before = good.read_bytes()
    try:
        booklet = fail(press)
    except BookletError:
        pass
    else:
        assert losses(booklet)
        assert booklet.path.name == "booklet-unsound.pdf"
    assert good.read_bytes() == before
    assert sorted(p.name for p in good.parent.iterdir() if p.name.startswith(".")) == []
