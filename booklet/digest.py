"""Digests: short names for content, by which equal content is known."""

from __future__ import annotations

from hashlib import blake2b


def digest(*pieces: bytes | str) -> str:
    """Return a digest of `pieces`, other for the same bytes divided otherwise: 40 hex digits."""
    whole = blake2b(digest_size=20)
    for piece in pieces:
        raw = piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogatepass")
        whole.update(len(raw).to_bytes(8, "little"))
        whole.update(raw)
    return whole.hexdigest()
