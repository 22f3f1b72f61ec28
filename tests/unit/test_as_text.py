"""An entry typed as TOML: what is written, what is refused, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.bank.entry import Entry
from mbtui.store.as_text import EntryText, TypedTextError, with_own_line, without_own_lines
from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.store import Store
from tests.unit.banks import ISSUES, NOW, entry_of, make_store, put, strictly, text_of

OWN = """# about b
[[current-issues]]
id = "b"
title = 'B'   # kept
odd = { x = 1 }
issue = \"\"\"
one
two
three
\"\"\"

[current-issues.customer]
name = "globex"
"""
BEFORE = '# the file\n\n[[current-issues]]\nid = "a"\ntitle = "A"\n\n'
BEHIND = '\n# about c\n[[current-issues]]\nid = "c"\ntitle = "C"\n'
STAMPS = 'updated = 2026-11-22T10:00:00Z\nupdated_by = "Ana"\n'


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = make_store(tmp_path, {ISSUES: BEFORE + OWN + BEHIND})
    made.load()
    return made


def begin(store: Store) -> tuple[Entry, EntryText]:
    entry = entry_of(store, "b")
    return entry, store.text_of(entry)


def typed(store: Store, old: str, new: str) -> Entry:
    entry, base = begin(store)
    assert old in base.text
    return store.rewrite(entry, base.text.replace(old, new, 1), base)


def test_the_text_is_the_entrys_own(store: Store) -> None:
    _, base = begin(store)
    assert base.text == OWN
    assert base.table["customer"] == {"name": "globex"}


def test_what_was_typed_is_written_and_nothing_else(store: Store) -> None:
    written = typed(store, "odd = { x = 1 }\n", '# new\nowner   =   "Bo"\n')
    assert (written.data["owner"], written.data["updated_by"]) == ("Bo", "Ana")
    assert "odd" not in strictly(store)["current-issues"][1]
    text = text_of(store)
    assert text.startswith(BEFORE + "# about b\n")
    assert text.endswith(BEHIND)
    own = text.removeprefix(BEFORE).removesuffix(BEHIND)
    wanted = OWN.replace("odd = { x = 1 }\n", '# new\nowner   =   "Bo"\n')
    assert own.replace(STAMPS, "") == wanted
    assert strictly(store)["current-issues"][1]["updated"] == NOW


def test_undo_brings_every_byte_back(store: Store) -> None:
    typed(store, "two\n", "2\n")
    store.undo()
    assert text_of(store) == BEFORE + OWN + BEHIND
    store.redo()
    assert "2\n" in text_of(store)


def test_line_ends_and_a_missing_last_one_stay(tmp_path: Path) -> None:
    data = '[[current-issues]]\r\nid = "b"\r\ntitle = "B"\r\nowner = "x"'
    store = make_store(tmp_path, {ISSUES: data})
    store.load()
    entry, base = begin(store)
    assert "\r" not in base.text
    store.rewrite(entry, base.text.replace('"x"', '"y"'), base)
    written = (store.folder / ISSUES).read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n")
    assert not written.endswith(b"\n")
    assert b'owner = "y"' in written


def test_an_unchanged_text_writes_nothing(store: Store) -> None:
    entry, base = begin(store)
    before = (store.folder / ISSUES).stat().st_mtime_ns
    store.rewrite(entry, "\n" + base.text + "\n\n", base)
    assert (store.folder / ISSUES).stat().st_mtime_ns == before


def test_other_lines_that_others_changed_are_joined_with_comments(store: Store) -> None:
    entry, base = begin(store)
    put(store.folder / ISSUES, BEFORE + OWN.replace("'B'", "'Bee'") + BEHIND)
    mine = base.text.replace("three\n", "3\n").replace(
        "[current-issues.c", "# of\n[current-issues.c"
    )
    written = store.rewrite(entry, mine, base)
    assert (written.title, written.data["issue"]) == ("Bee", "one\ntwo\n3\n")
    assert "# of\n[current-issues.customer]" in text_of(store)
    assert "title = 'Bee'   # kept" in text_of(store)


def test_the_same_lines_are_a_conflict_and_nothing_is_written(store: Store) -> None:
    entry, base = begin(store)
    theirs = BEFORE + OWN.replace("two", "II") + BEHIND
    put(store.folder / ISSUES, theirs)
    with pytest.raises(ConflictError) as found:
        store.rewrite(entry, base.text.replace("two", "2"), base)
    assert found.value.fields == ["issue"]
    assert text_of(store) == theirs


def test_lines_that_touch_are_merged_by_field(store: Store) -> None:
    entry, base = begin(store)
    put(store.folder / ISSUES, BEFORE + OWN.replace("odd = { x = 1 }", "odd = { x = 2 }") + BEHIND)
    written = store.rewrite(entry, base.text.replace("'B'", "'Bee'"), base)
    assert (written.title, written.data["odd"]) == ("Bee", {"x": 2})


def test_without_its_first_text_comments_of_others_stay(store: Store) -> None:
    entry, base = begin(store)
    put(store.folder / ISSUES, BEFORE + "# theirs\n" + OWN + BEHIND)
    written = store.rewrite(entry, base.text.replace("'B'", "'Bee'"), base._replace(text=""))
    assert written.title == "Bee"
    assert "# theirs\n# about b\n[[current-issues]]" in text_of(store)


def test_an_entry_that_was_deleted_is_written_again(store: Store) -> None:
    entry, base = begin(store)
    put(store.folder / ISSUES, BEFORE + BEHIND)
    written = store.rewrite(entry, base.text.replace("'B'", "'Bee'"), base)
    assert (written.id, written.title) == ("b", "Bee")
    assert "deleted by someone else" in store.warning


def test_one_without_an_id_gets_it(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: '[[current-issues]]\ntitle = "B"\n'})
    store.load()
    (entry,) = store.bank.entries
    base = store.text_of(entry)
    written = store.rewrite(entry, base.text + 'owner = "Bo"\n', base)
    assert written.id == entry.id
    assert strictly(store)["current-issues"][0]["id"] == entry.id


def test_single_tables(tmp_path: Path) -> None:
    store = make_store(tmp_path, {})
    store.load()
    kind = store.bank.schema.kinds["project-information"]
    entry = Entry(kind, {}, section=kind.section, file="project-context.toml")
    base = store.text_of(entry)
    assert base == ("[project-information]\n", {})
    store.rewrite(entry, base.text + 'purpose = "x"\n', base)
    assert strictly(store, "project-context.toml")["project-information"]["purpose"] == "x"
    (entry,) = store.bank.by_kind["project-information"]
    base = store.text_of(entry)
    store.rewrite(entry, base.text.replace('"x"', '"y"'), base)
    assert strictly(store, "project-context.toml")["project-information"]["purpose"] == "y"


def test_what_only_toml_1_1_allows_is_written_as_1_0(store: Store) -> None:
    written = typed(store, "odd = { x = 1 }", "odd = {\n  x = 2,\n}")
    assert written.data["odd"] == {"x": 2}
    assert strictly(store)["current-issues"][1]["odd"] == {"x": 2}


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "told"),
    [
        ("title = 'B'", "title 'B'", 4, 7, "is not TOML"),
        ("[[current-issues]]", "[[current-issue]]", 2, 1, "expected [[current-issues]]"),
        ("[[current-issues]]", "[[technical-debt]]", 2, 1, "m moves an entry"),
        ("[[current-issues]]", "[current-issues]", 2, 1, "expected [[current-issues]]"),
        ("[[current-issues]]\n", "", 2, 1, "[[current-issues]] should stand above"),
        ("[current-issues.c", "[[current-issues]]\n[current-issues.c", 12, 1, "another entry"),
        ("[current-issues.c", "[technical-debt.c", 12, 1, "another entry"),
        ('id = "b"', 'id = "z"', 3, 1, 'the id stays as it is: id = "b"'),
        ('id = "b"\n', "", 2, 1, 'the id stays as it is: id = "b"'),
        ("title = 'B'", "title = ' '", 4, 1, "needs a title"),
        ("title = 'B'", "title = 5", 4, 1, "needs a title"),
        ("title = 'B'   # kept\n", "", 2, 1, "needs a title"),
        ("# kept", "# \u202ekept", 4, 17, "U+202E cannot be seen; in a text write \\u202e"),
        ("two", "t\x9bwo", 8, 2, "U+009B cannot be seen"),
        ("two", "t\x1bwo", 8, 2, "U+001B cannot be seen"),
        ("two", "t\udce9wo", 8, 2, "not UTF-8"),
        (OWN, "", 1, 1, "[[current-issues]] should stand above"),
        (OWN, "just words", 1, 6, "is not TOML"),
    ],
)
def test_what_is_not_the_entry_is_refused_with_its_place(
    store: Store, old: str, new: str, line: int, column: int, told: str
) -> None:
    before = text_of(store)
    with pytest.raises(TypedTextError) as found:
        typed(store, old, new)
    assert told in str(found.value)
    assert (found.value.line, found.value.column) == (line, column)
    assert text_of(store) == before


def test_what_was_there_before_may_stay(tmp_path: Path) -> None:
    own = '[[current-issues]]\nid = "b"\ntitle = "\u202eB"\nowner = "x"\n'
    store = make_store(tmp_path, {ISSUES: own})
    store.load()
    assert typed(store, '"x"', '"y"').data == {
        "id": "b",
        "title": "\u202eB",
        "owner": "y",
        "updated": NOW,
        "updated_by": "Ana",
    }


def test_a_broken_or_read_only_bank_refuses(store: Store) -> None:
    entry, base = begin(store)
    put(store.folder / ISSUES, BEFORE + "[[x\n")
    with pytest.raises(StoreError, match="nothing was written"):
        store.rewrite(entry, base.text.replace("two", "2"), base)
    with pytest.raises(StoreError):
        store.text_of(entry)


def test_own_lines_go_only_from_the_top() -> None:
    text = "# mine\n#mbtui: in it\n[[x]]\n"
    assert without_own_lines(with_own_line(text, "one")) == text
    assert without_own_lines(with_own_line(with_own_line(text, "one"), "two")) == text
    assert without_own_lines(text) == text
    assert without_own_lines("#mbtui: alone") == ""
