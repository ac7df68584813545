"""The process that lays out and saves work: `booklet.layout.worker` with WeasyPrint patched."""

from __future__ import annotations

from booklet.layout.worker import main


def prepare() -> None:
    """Patch WeasyPrint, if it is one that is known."""
    from booklet.quick.pages import hasten, misfit

    hasten(not misfit())


if __name__ == "__main__":
    main(prepare)
