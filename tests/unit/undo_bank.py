"""A small bank for the tests of undo, and the changes that are made to it."""

from __future__ import annotations

from pathlib import Path

from mbtui.store.store import Store
from tests.unit.banks import ISSUES, put

TEXT = """\
# kept

[[current-issues]]
id = "aaaaaaaa"
title = "first"  # a remark
odd = 3

# about the second
[[current-issues]]
title = "second"
issue = \"\"\"
one
two
three
four
\"\"\"
[current-issues.extra]
x = 1
"""


def undo_store(project: Path) -> Store:
    """A store by Ana on a bank with two entries, loaded."""
    folder = project / "memory-bank"
    folder.mkdir()
    (folder / "bank.toml").write_text("format = 1\n")
    (folder / ISSUES).write_text(TEXT)
    store = Store(folder, author="Ana")
    store.load()
    return store


def snapshot(store: Store) -> dict[str, str]:
    """The text of every file of the bank that holds one."""
    found = {str(path.relative_to(store.folder)): path for path in store.folder.rglob("*.toml")}
    return {name: text for name, path in found.items() if (text := path.read_bytes().decode())}


def issues(store: Store) -> str:
    """What stands in the file of both entries."""
    return (store.folder / "known-issues.toml").read_text()


def outside(store: Store, old: str, new: str, file: str = ISSUES) -> None:
    """What another program does to a file."""
    text = (store.folder / file).read_text()
    assert old in text
    put(store.folder / file, text.replace(old, new))
    store.load()


def first(store: Store) -> None:
    """An edit of two fields."""
    store.update(store.bank.find("aaaaaaaa")[0], {"title": "changed", "severity": "high"})


def archived(store: Store) -> None:
    """Into the archive."""
    store.archive(store.bank.find("aaaaaaaa")[0], "done")


def moved(store: Store) -> None:
    """Another kind in the same file."""
    store.move(store.bank.find("aaaaaaaa")[0], "technical-debt")


def deleted(store: Store) -> None:
    """Out of the bank."""
    store.delete(store.bank.find("aaaaaaaa")[0])


def added(store: Store) -> None:
    """A third entry."""
    store.add("current-issues", {"title": "third"})


def elsewhere(store: Store) -> None:
    """Another kind in another file."""
    store.move(store.bank.find("aaaaaaaa")[0], "common-tasks")


CHANGES = [first, archived, moved, deleted, added, elsewhere]


def jonas(store: Store) -> Store:
    """Another person at the same bank."""
    other = Store(store.folder, author="Jonas")
    other.load()
    return other


def third(store: Store) -> str:
    """The id of the entry that `added` made."""
    return next(entry.id for entry in store.load().entries if entry.title == "third")
