"""Begins an essay: a folder with a text that builds at once."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from booklet.errors import BookletError
from booklet.source import ESSAYS, slugify

if TYPE_CHECKING:
    from pathlib import Path

_BEGINNING = """\
---
title: {title}
author: Your name
date: {today}
lang: en
---

Write the essay here. A paragraph ends with an empty line.[^first]

[^first]: A note stands here, and at the foot of the page in print.

## A section

Put pictures into this folder, and set them like this:

    ![What the caption says.](picture.png){{fig-alt="What the picture shows"}}
"""


def begin(name: str) -> Path:
    """Make a new essay folder under essays/ that builds at once; return its essay.md.

    Raises BookletError if the name is not one for a folder, or is taken.
    """
    name = " ".join(name.encode("utf-8", "replace").decode().split())
    slug = slugify(name)[:_LONGEST].strip("-_")
    if not any(letter.isalnum() for letter in name):
        raise BookletError(
            f"`{name}` cannot name an essay", hint="use letters and digits, such as `on-tea`"
        )
    folder = ESSAYS / slug
    title = name if name != slug else slug.replace("-", " ").capitalize()
    text = _BEGINNING.format(title=json.dumps(title, ensure_ascii=False), today=date.today())
    try:
        folder.mkdir(parents=True)
        (folder / "essay.md").write_text(text, encoding="utf-8")
    except FileExistsError as error:
        raise BookletError(
            f"there is an essay `{slug}` already", hint="choose another name"
        ) from error
    except OSError as error:
        raise BookletError(f"`{folder}` cannot be made: {error.strerror}") from error
    return folder / "essay.md"


# A name for a folder that every file system takes, whatever its script.
_LONGEST = 60
