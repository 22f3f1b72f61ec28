"""Ids: random ones, and those derived from kind and title."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.ids import ALPHABET, crockford, derived_id, random_id


def test_crockford_by_hand() -> None:
    # 0x00443214C7 is 00000 00001 00010 00011 00100 00101 00110 00111 in groups of five bits.
    assert crockford(bytes.fromhex("00443214c7")) == "01234567"
    assert crockford(b"\xff" * 5) == "zzzzzzzz"
    assert crockford(b"\x80") == "g0"
    assert crockford(b"") == ""


def test_letters_that_read_like_digits_are_left_out() -> None:
    assert len(ALPHABET) == 32
    assert not set("ilou") & set(ALPHABET)


def by_the_rule(kind: str, title: str, group: int = 0) -> str:
    """docs/format.md computed with text: bits of the digest, five at a time."""
    digest = hashlib.sha256(kind.encode() + b"\x00" + title.encode()).digest()
    bits = "".join(f"{byte:08b}" for byte in digest)
    numbers = [int(bits[at : at + 5], 2) for at in range(0, 255, 5)]
    return "".join(ALPHABET[n] for n in numbers[8 * group : 8 * group + 8])


@pytest.mark.parametrize(
    ("kind", "title"), [("current-issues", "SQLite WAL hangs"), ("data-flow", "ü → ß"), ("x", "")]
)
def test_a_derived_id_follows_the_rule(kind: str, title: str) -> None:
    first = by_the_rule(kind, title)
    assert derived_id(kind, title, ()) == first
    assert derived_id(kind, title, {first}) == by_the_rule(kind, title, 1)


def test_a_known_derived_id_never_changes() -> None:
    assert derived_id("current-issues", "SQLite WAL hangs on NFS homes", ()) == "p39y9xwz"


def test_ids_of_many_equal_titles_are_all_different() -> None:
    taken: set[str] = set()
    for _ in range(100):
        taken.add(derived_id("current-issues", "same", taken))
    assert len(taken) == 100


@given(st.binary(min_size=5, max_size=5))
def test_random_ids_have_eight_characters(entropy: bytes) -> None:
    text = random_id(entropy)
    assert len(text) == 8
    assert set(text) <= set(ALPHABET)


def test_too_little_entropy_is_refused() -> None:
    with pytest.raises(ValueError, match="5 bytes"):
        random_id(b"1234")


@given(st.text(), st.text(st.characters(exclude_categories=())))
def test_any_title_has_an_id(kind: str, title: str) -> None:
    assert derived_id(kind, title, ()) == derived_id(kind, title, ())
