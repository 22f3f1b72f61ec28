"""What cannot be done is refused before anything is written, and what can be done is not."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest

from mbtui.store.errors import BrokenFileError, InputError
from mbtui.store.store import Store
from tests.unit.banks import ARCHIVED, ISSUES, entry_of, issue, make_store, put, strictly, text_of

UNTYPED = '[[current-issues]]\ntitle = "typed by hand"\n'


def files(store: Store) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.folder.rglob("*.toml")}


def test_an_entry_gets_no_id_when_the_archive_is_broken(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: UNTYPED, ARCHIVED: "[[current-issues]\n"})
    (entry,) = store.load().entries
    before = files(store)
    with pytest.raises(BrokenFileError):
        store.archive(entry, "r")
    assert files(store) == before


def test_an_entry_without_id_is_archived_although_another_has_its_title(tmp_path: Path) -> None:
    store = make_store(
        tmp_path, {ISSUES: UNTYPED + '\n[[current-issues]]\nid = ""\n' + UNTYPED[19:]}
    )
    first, _ = store.load().entries
    store.archive(first, "r")
    (left,) = strictly(store)["current-issues"]
    assert left == {"id": "", "title": "typed by hand"}
    (moved,) = strictly(store, ARCHIVED)["current-issues"]
    assert (moved["title"], moved["archived"]["reason"]) == ("typed by hand", "r")


def test_an_inline_entry_is_not_taken_for_another_of_its_id(tmp_path: Path) -> None:
    text = 'current-issues = [{ id = "a", title = "inline" }]\n\n'
    debt = '[[technical-debt]]\nid = "a"\ntitle = "debt"\n'
    store = make_store(tmp_path, {ISSUES: text + debt})
    inline = next(entry for entry in store.load().entries if entry.inline)
    before = files(store)
    for change in (
        lambda: store.move(inline, "technical-debt"),
        lambda: store.update(inline, {"title": "new"}),
        lambda: store.delete(inline),
    ):
        with pytest.raises(InputError, match="inline array"):
            change()
    assert files(store) == before


def test_an_entry_in_single_brackets_is_not_moved(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: UNTYPED.replace("[[", "[").replace("]]", "]")})
    (entry,) = store.load().entries
    before = files(store)
    with pytest.raises(InputError, match=r"write it as \[\[current-issues\]\]"):
        store.move(entry, "technical-debt", status="active")
    assert files(store) == before


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_the_last_entry_moves_to_the_kind_in_front_of_it(
    tmp_path: Path, newline: str, end: str
) -> None:
    debt = '[[technical-debt]]\nid = "0"\ntitle = "debt"\n'
    text = f"{debt}\n# about a\n{issue('a').rstrip()}{end}".replace("\n", newline)
    store = make_store(tmp_path, {ISSUES: text})
    store.load()
    store.move(entry_of(store, "a"), "technical-debt", status="active")
    expected = text.replace("current-issues", "technical-debt")
    status = f'title = "a"{newline}status = "active"'
    assert text_of(store).rstrip() == expected.replace('title = "a"', status).rstrip()
    store.undo()
    assert text_of(store).rstrip() == text.rstrip()


def test_an_entry_is_not_put_beside_a_table_of_its_kinds_name(tmp_path: Path) -> None:
    text = '[[war-stories]]\nid = "w"\ntitle = "t"\n'
    store = make_store(tmp_path, {ISSUES: text, ARCHIVED: "[war-stories.other]\nx = 1\n"})
    store.load()
    before = files(store)
    with pytest.raises(InputError, match=r"write \[\[war-stories\]\] first"):
        store.archive(entry_of(store, "w"), "r")
    assert files(store) == before


def test_a_sub_table_without_its_entry_can_be_emptied(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: "# c\n[current-issues.checked]\nx = 1\n"})
    (entry,) = store.load().entries
    written = store.update(entry, {"checked": None, "issue": "text"})
    table = strictly(store)["current-issues"]
    assert (table["issue"], table["id"]) == ("text", written.id)
    assert "checked" not in table


def test_the_undo_of_a_deletion_writes_toml_1_0(tmp_path: Path) -> None:
    text = '[[current-issues]]\nid = "a"\ntitle = "\\x41"\nat = 07:32\nx = {\n  y = 1,\n}\n'
    store = make_store(tmp_path, {ISSUES: text})
    store.load()
    store.delete(entry_of(store, "a"))
    store.undo()
    (table,) = tomllib.loads(text_of(store))["current-issues"]
    assert (table["title"], table["x"], str(table["at"])) == ("A", {"y": 1}, "07:32:00")


def test_a_file_whose_last_entry_is_cut_short_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program truncated it and has not written all of it yet."""
    text = f'{issue("a")}\n{issue("b")}issue = """\nlong\ntext\n"""\n'
    store = make_store(tmp_path, {ISSUES: text})
    store.load()
    file = store.folder / ISSUES
    put(file, text[: text.index("issue =")], age=False)
    monkeypatch.setattr(time, "sleep", lambda seconds: put(file, text, age=False))
    store.update(entry_of(store, "a"), {"title": "new"})
    one, other = strictly(store)["current-issues"]
    assert (one["title"], other["issue"]) == ("new", "long\ntext\n")
