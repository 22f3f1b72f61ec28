"""Entry ids: random ones for new entries, derived ones for entries typed without."""

from __future__ import annotations

from collections.abc import Container, Iterator

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case."""

_BYTES = 5
"""An id is eight characters of five bits."""


def random_id(entropy: bytes) -> str:
    """An id from five random bytes."""
    if len(entropy) != _BYTES:
        raise ValueError("an id takes exactly 5 bytes of entropy")
    return crockford(entropy)


def crockford(data: bytes) -> str:
    """`data` in Crockford's base 32, five bits a character, most significant first."""
    bits = len(data) * 8
    number = int.from_bytes(data, "big")
    padding = -bits % 5
    number <<= padding
    count = (bits + padding) // 5
    return "".join(ALPHABET[number >> 5 * (count - 1 - i) & 31] for i in range(count))


def derived_id(kind: str, title: str, taken: Container[str]) -> str:
    """The id of an entry that has none: from SHA-256 over kind, NUL and title (docs/format.md).

    The first 8 characters that are not `taken`, eight at a time; where a digest gives no more,
    the digest of the digest continues it.
    """
    return next(candidate for candidate in derived_ids(kind, title) if candidate not in taken)


def derived_ids(kind: str, title: str) -> Iterator[str]:
    """The ids that an entry without one may have, the first choice first, without end."""
    import hashlib

    digest = hashlib.sha256(f"{kind}\0{title}".encode("utf-8", "surrogatepass")).digest()
    while True:
        for start in range(0, len(digest) - _BYTES + 1, _BYTES):
            yield crockford(digest[start : start + _BYTES])
        digest = hashlib.sha256(digest).digest()
