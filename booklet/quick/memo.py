"""What composing an edition made the last time: taken again where it would be made of the same."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from jinja2 import BytecodeCache, FileSystemLoader

from booklet.digest import digest
from booklet.editions import TEMPLATES, Maker, environment
from booklet.quick.store import NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2.bccache import Bucket
    from jinja2.sandbox import SandboxedEnvironment

    from booklet.quick.store import Store

_T = TypeVar("_T")


class Memo(Maker):
    """The last result under each name, and all that it was made of.

    There is one result under a name, so that a long life costs no memory. `store` is for what
    another process may want as well.
    """

    def __init__(self, store: Store = NONE) -> None:
        """Keep nothing yet."""
        self.store = store
        self._results: dict[str, tuple[object, object]] = {}

    def make(self, name: str, inputs: object, make: Callable[[], _T]) -> _T:
        """Return what `make` makes of `inputs`, which are all that it looks at and never change."""
        if name in self._results and self._results[name][0] == inputs:
            return self._results[name][1]  # type: ignore[return-value]  # `make` is the same
        made = make()
        self._results[name] = inputs, made
        return made

    def templates(self) -> SandboxedEnvironment:
        """Return the house's templates, as they were compiled before."""
        if self.store is NONE:
            return super().templates()
        house, compiled = FileSystemLoader(TEMPLATES), _Compiled(self.store)
        return self.make("templates", TEMPLATES, lambda: environment(house, compiled))


class _Compiled(BytecodeCache):
    """What templates are compiled to, which takes longer than to fill them in."""

    def __init__(self, store: Store) -> None:
        """Take the store."""
        self._store = store

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template as it was compiled, if its text is the same."""
        content = self._store.take("template", digest(bucket.key, bucket.checksum))
        if content is not None:
            with suppress(Exception):  # what cannot be read is as good as not there
                bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that was compiled."""
        key = digest(bucket.key, bucket.checksum)
        self._store.put("template", key, bucket.bytecode_to_string())
