"""What a writer is told after saving: a suspected secret, titles much like the new one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mbtui.bank.entry import Entry
from mbtui.bank.review import CHANGE_LOG

_SECRETS: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("private key", r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY-----"),
        ("AWS access key", r"\bA[KS]IA[A-Z0-9]{16}\b"),
        ("GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{22,255}\b"),
        ("Slack token", r"\bxox[abeprs]-(?=[A-Za-z-]{0,40}[0-9])[A-Za-z0-9-]{10,255}"),
        ("Stripe key", r"\b[rs]k_live_[A-Za-z0-9]{16,255}\b"),
        ("npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
        ("API key", r"\bsk-(?=[A-Za-z_-]{0,99}[0-9])[A-Za-z0-9_-]{20,255}"),
        ("JSON web token", r"\beyJ[\w-]{8,1000}+\.eyJ[\w-]{8,4000}+\.[\w-]{8}"),
        ("bearer token", r"\bBearer (?=[A-Za-z._~+/-]{0,99}[0-9])[\w.~+/-]{16,4000}"),
        ("password in a URL", r"://[^\s/:@]{1,64}:(?![$<{*%])[^\s/@]{1,128}@[\w\[]"),
    )
)
"""Shapes of well-known secrets. Bare hex is none of them: commit hashes have it too."""

_SIMILAR: Final = 0.6
_CANDIDATES: Final = 20
_WORD = re.compile(r"\w{3,}")
_COMMON: Final = frozenset({"and", "are", "but", "for", "from", "not", "the", "when", "with"})


def suspected_secret(text: str) -> str | None:
    """What kind of secret `text` seems to hold (`GitHub token`), else None."""
    return next((name for name, shape in _SECRETS if shape.search(text)), None)


def similar_titles(title: str, entries: Iterable[Entry]) -> list[Entry]:
    """Up to three entries whose title is much like `title`, the most alike first.

    Alike are titles that share most of their words or of their letters. Lines of the change log
    do not count.
    """
    folded = title.casefold()
    words = _words(folded)
    if not words:
        return []
    shared: list[tuple[int, int, Entry]] = []
    for place, entry in enumerate(entries):
        other = entry.title.casefold()
        count = sum(word in other for word in words)
        if 2 * count >= len(words) and entry.kind.slug != CHANGE_LOG:
            shared.append((-count, place, entry))
    if not shared:
        return []
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=folded, autojunk=False)
    alike: list[tuple[float, int, Entry]] = []
    shared.sort(key=lambda item: (item[0], abs(len(item[2].title) - len(title)), item[1]))
    for _, place, entry in shared[:_CANDIDATES]:
        other = entry.title.casefold()
        matcher.set_seq1(other[:300])
        theirs = _words(other)
        common = len(words & theirs) / len(words | theirs)
        letters = matcher.ratio()
        if max(common, letters) >= _SIMILAR:
            alike.append((-common - letters, place, entry))
    return [entry for _, _, entry in sorted(alike, key=lambda item: item[:2])[:3]]


def _words(folded: str) -> set[str]:
    return set(_WORD.findall(folded)) - _COMMON
