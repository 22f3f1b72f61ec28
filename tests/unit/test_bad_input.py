"""Bad input at the store: a clear sentence with file, line, what was expected; never a loss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mbtui.bank.bank import Bank
from mbtui.store.config import parse_bank_file
from mbtui.store.errors import StoreError
from mbtui.store.locate import BankNotFoundError, find_bank
from tests.unit.banks import ISSUES, entry_of, issue, make_store, strictly, text_of

HOSTILE = [
    "x" * 500,
    "记忆库" * 40,
    "👩‍👩‍👧‍👦🇪🇸🏳️‍🌈",
    "e\u0301\u0323" * 20,
    "שלום עולם \u202e evil \u2066",
    "[/]",
    "[@click=app.quit]x[/]",
    "[bold]b[/bold] [link=file:///etc/passwd]l[/link]",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x9b31m\x9d0;title\x07",
    '"""\n[[current-issues]]\ntitle = "no"\n"""',
    "'''",
    "a\r\nb\rc",
    "\x00\x01\x7f",
    "=======\n>>>>>>> theirs\n",
    "\ufeff",
    "x\u2028\u2029\u0085",
    "trailing \\",
]


def told(bank: Bank) -> list[str]:
    return [str(problem) for problem in bank.problems]


def test_no_bank(tmp_path: Path) -> None:
    with pytest.raises(BankNotFoundError, match=r"mbtui init") as caught:
        find_bank(None, personal=False, start=tmp_path, environ={})
    assert caught.value.exit_code == 1


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "memory-bank").mkdir()
    with pytest.raises(BankNotFoundError, match=r"expected a folder with bank\.toml"):
        find_bank("memory-bank", personal=False, start=tmp_path, environ={})


def test_a_bank_without_entries_is_no_problem(tmp_path: Path) -> None:
    bank = make_store(tmp_path).load()
    assert (bank.entries, bank.problems, bank.read_only) == ((), (), "")


def test_a_newer_format(tmp_path: Path) -> None:
    bank = make_store(tmp_path, bank="format = 2\n").load()
    assert "format 2" in bank.read_only
    assert "newer mbtui" in bank.read_only


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("format = \n", "bank.toml:1"),
        ("format = 1\nformat = 1\n", "bank.toml:2"),
        ("<<<<<<< HEAD\n=======\n>>>>>>> x\n", "conflict markers"),
    ],
)
def test_a_broken_bank_toml(tmp_path: Path, text: str, words: str) -> None:
    bank = make_store(tmp_path, {ISSUES: issue("a")}, bank=text).load()
    assert words in told(bank)[0]
    assert "until it is mended the bank is read-only" in bank.read_only
    assert [entry.id for entry in bank.entries] == ["a"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('format = "1"', "format"),
        ("name = 5", "name should be"),
        ("review = 5", "[review]"),
        ('review = ["a"]', "[review]"),
        ("capture = 5", "[capture]"),
        ("capture.kind = 5", "capture.kind"),
        ('capture.kind = ["x"]', "capture.kind"),
        ('capture.kind = "nonsense"', "capture.kind = 'nonsense' is no kind"),
        ('capture.kind = "review-schedule"', "is no kind"),
        ("views = 5", "[views]"),
        ("views.Mine = 5", "views: 'Mine' should be a query in quotes"),
        ("sections = 5", "sections should be tables"),
        ("sections.x = 5", "sections.x should be a table"),
        ('sections."Data Science" = {}', "a slug has only"),
        ('sections.x = { after = "nowhere" }', "no section 'nowhere'"),
        ("kinds = []", "kinds should be tables"),
        ("kinds.x = {}", "kinds.x needs section"),
        ('kinds.x = { section = "nowhere" }', "names no section"),
        ('kinds.x = { section = ["a"] }', "names no section"),
        ('kinds.x = { section = "updates", statuses = "a" }', "list of words"),
        ('kinds.x = { section = "updates", closed = [1] }', "list of words"),
        ('kinds.x = { section = "updates", fields = 5 }', "fields should be tables"),
        ('kinds.x = { section = "updates", fields = { y = 5 } }', "should be a table"),
        ('kinds.x.section = "updates"\nkinds.x.fields.y.type = "colour"', "is none of text"),
        ('kinds.x.section = "updates"\nkinds.x.fields.title.type = "text"', "has title already"),
    ],
)
def test_a_wrong_shape_in_bank_toml_is_told_and_the_rest_counts(
    tmp_path: Path, line: str, words: str
) -> None:
    bank = make_store(tmp_path, {ISSUES: issue("a")}, bank=line + "\n").load()
    assert any(words in text and text.startswith("bank.toml") for text in told(bank)), told(bank)
    assert [entry.id for entry in bank.entries] == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "format = 1.5",
        "format = true",
        "title = 5",
        "purpose = []",
        "log = 5",
        'log.keep = "whatever"',
        "review.every = 5",
        "review.kinds = 5",
        "kinds.current-issues.fields.issue.choices = 5",
        "kinds.x.section.y = 5",
        "kinds.x.hints = 5",
        "sections.x.title = 5",
        "unknown = { deep = [1] }",
        "\ufeffformat = 1\r\n",
    ],
)
def test_any_shape_of_bank_toml_gives_a_bank(text: str) -> None:
    found = parse_bank_file(text.encode())
    assert len(found.schema.kinds) >= 25


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (b'[[current-issues]]\ntitle = "caf\xe9"\n', ":2:13", "not UTF-8: found the byte 0xE9"),
        ("\ufffe".encode("utf-16"), ":1:1", "save the file as UTF-8"),
        ("severity high\n", ":1:10", "not TOML"),
        ("current-issues = 3\n", ":1", "written as [[current-issues]], found a number"),
        ("x = 1\ncurrent-issues = 'y'\n", ":2", "written as [[current-issues]], found a text"),
        ("current-issues = [3]\n", ":1", "written as [[current-issues]], found a list"),
        ('[current-issues]\ntitle = "x"\n', ":1", "in double brackets"),
        ("[[current-issues]]\n", ":1", 'needs a title: add title = "..."'),
        ('[[current-issues]]\ntitle = ""\n', ":1", "needs a title"),
        (issue("b") + '[[current-issues]]\nissue = "x"\n', ":4", "needs a title"),
        (
            issue("a") + 'tags = "x"\n',
            ":1",
            'a list of texts: tags = ["..."], found',
        ),
        (issue("a") + "tags = [1]\n", ":1", "tags should be a list of texts"),
        (issue("a") + "issue = 2026-11-22\n", ":1", 'issue = "...", found a date'),
        (issue("a") + "status = 5\n", ":1", 'status should be a text: status = "...", found a num'),
        ("[[current-issues]]\ntitle = 2026-11-22\n", ":1", "title should be a text"),
        (issue("a") + issue("a"), ":4", "the id a stands in known-issues.toml:1 too"),
        (issue("a") + "<<<<<<< HEAD\n", ":4:1", "git's conflict markers"),
    ],
)
def test_what_is_wrong_in_a_section_file(
    tmp_path: Path, text: str | bytes, place: str, words: str
) -> None:
    store = make_store(tmp_path, {ISSUES: text})
    found = told(store.load())
    assert any(t.startswith(f"known-issues.toml{place} ") and words in t for t in found), found
    assert store.bank.read_only == ""


@pytest.mark.parametrize(
    "text",
    [
        "[[current-issues]]\n",
        issue("a") + 'tags = "x"\n',
        issue("a") + "issue = 2026-11-22\n",
        issue("a") + "status = 5\nlinks = 7\npaths = { a = 1 }\n",
        "[[current-issues]]\ntitle = 2026-11-22\n",
        '[current-issues]\ntitle = "x"\n',
    ],
)
def test_what_is_wrong_is_kept_when_the_entry_is_saved(tmp_path: Path, text: str) -> None:
    store = make_store(tmp_path, {ISSUES: text})
    (entry,) = store.load().entries
    saved = store.update(entry, {"cause": "new"})
    for name, value in entry.data.items():
        assert saved.data[name] == value
    assert saved.data["cause"] == "new"


def test_a_single_table_in_double_brackets(tmp_path: Path) -> None:
    text = '[[project-information]]\npurpose = "x"\n'
    bank = make_store(tmp_path, {"project-context.toml": text}).load()
    assert "write [project-information] in single brackets" in told(bank)[0]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["title", "issue", "tags", "owner", "mystery", "status"])
def test_any_text_in_any_field_is_kept_and_stays_data(
    tmp_path: Path, name: str, value: str
) -> None:
    given: Any = [value] if name == "tags" else value
    store = make_store(tmp_path, {ISSUES: issue("b", "other")})
    entry = store.add("current-issues", {"title": "t", name: given})
    assert entry.data[name] == given
    read = {item["id"]: item for item in strictly(store)["current-issues"]}
    assert read[entry.id][name] == given
    assert read["b"] == {"id": "b", "title": "other"}
    assert not any(ord(c) < 32 and c not in "\n\t" for c in text_of(store))
    again = store.load()
    assert again.find(entry.id)[0].data[name] == given
    assert not [text for text in told(again) if "not TOML" in text]
    moved = store.archive(again.find(entry.id)[0], value)
    assert moved.data["archived"]["reason"] == value


def test_a_megabyte_in_one_entry(tmp_path: Path) -> None:
    text = 'A line of prose with "quotes" and \\ in it.\n' * 25_000
    store = make_store(tmp_path, {ISSUES: issue("z")})
    entry = store.add("current-issues", {"title": "big", "issue": text, "id": "a"})
    assert entry.main_text == text
    store.load()
    store.update(entry_of(store, "a"), {"title": "still big"})
    assert strictly(store)["current-issues"][0]["issue"] == text
    store.delete(entry_of(store, "a"))
    assert text_of(store) == issue("z")


@pytest.mark.parametrize("reason", ["", "\ud800"])
def test_a_reason_is_text(tmp_path: Path, reason: str) -> None:
    store = make_store(tmp_path, {ISSUES: issue("a")})
    store.load()
    if reason:
        with pytest.raises(StoreError, match="half a character"):
            store.archive(entry_of(store, "a"), reason)
        assert text_of(store) == issue("a")
    else:
        assert store.archive(entry_of(store, "a"), reason).data["archived"]["reason"] == ""
