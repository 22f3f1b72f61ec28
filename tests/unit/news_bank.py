"""A bank with three entries, who saw them, and what other programs do to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mbtui.store.reverting import revert
from mbtui.store.store import Store
from mbtui.store.whats_new import Look, WhatsNew
from tests.unit.banks import ISSUES, issue, make_store, put

THREE = "\n".join(issue(name, f"Title {name}", issue=f"Text of {name}.") for name in "abc")


class Reader:
    """One program of one user."""

    def __init__(self, store: Store, author: str = "Ana") -> None:
        self.store = store
        self.new = WhatsNew(store.folder, author)

    def look(self) -> Look:
        self.store.load()
        return self.new.look(self.store.bank, self.store.last_read)

    def words(self) -> dict[str, str]:
        return {key: item.what for key, item in self.look().news.items()}

    def see(self, *keys: str) -> None:
        news = self.look().news
        items = [news[key] for key in keys or news]
        assert self.new.see(items, self.store.bank.schema, self.store.last_read) == ""

    def revert(self, key: str) -> None:
        news = self.look().news[key]
        revert(self.store, news, self.new.text_before(news))


def seen_three(project: Path) -> Reader:
    """Somebody who saw three entries."""
    reader = Reader(make_store(project, {ISSUES: THREE}))
    assert reader.look() == Look()
    return reader


def again(reader: Reader, author: str = "Ana") -> Reader:
    """The same bank in another program, or in the next one."""
    return Reader(Store(reader.store.folder, author=author), author)


def write(reader: Reader, text: str, file: str = ISSUES) -> None:
    put(reader.store.folder / file, text, age=False)


FIRST_LINES = 'id = "a"\ntitle = "Title a"'
FIRST_ENTRY = THREE[: THREE.index("\n[[")]

CHANGES: dict[str, tuple[Callable[[str], str], dict[str, str]]] = {
    "changed": (lambda text: text.replace("Text of b.", "Other text."), {"b": "changed"}),
    "added": (lambda text: text + "\n" + issue("d"), {"d": "added"}),
    "removed": (
        lambda text: text.replace(THREE[: THREE.index("\n[[")] + "\n", ""),
        {"a": "removed"},
    ),
    "all": (lambda _: "", dict.fromkeys("abc", "removed")),
    "reviewed": (lambda text: text.replace('id = "a"', 'id = "a"\nreviewed = 2026-11-20'), {}),
    "stamped": (lambda text: text.replace('id = "a"', 'id = "a"\nupdated_by = "Bo"'), {}),
    "comments": (lambda text: f"# note\n{text}", {}),
    "order": (
        lambda text: text.replace('id = "a"\ntitle = "Title a"', 'title = "Title a"\nid = "a"'),
        {},
    ),
    "line ends": (lambda text: text.replace("\n", "\r\n"), {}),
    "log": (lambda text: text, {}),
}
