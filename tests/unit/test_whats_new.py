"""News of a bank on disk: what other programs do to it, with and without git."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbtui.store.errors import StoreError
from mbtui.store.journal import Journal
from mbtui.store.last_change import last_change
from mbtui.store.reverting import revert
from mbtui.store.store import Store
from mbtui.store.whats_new import Look, WhatsNew
from tests.unit.banks import ARCHIVED, ISSUES, entry_of, issue, make_store, put, text_of

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


@pytest.fixture
def ana(tmp_path: Path) -> Reader:
    """Somebody who saw three entries."""
    reader = Reader(make_store(tmp_path, {ISSUES: THREE}))
    assert reader.look() == Look()
    return reader


def again(reader: Reader, author: str = "Ana") -> Reader:
    """The same bank in another program, or in the next one."""
    return Reader(Store(reader.store.folder, author=author), author)


def write(reader: Reader, text: str, file: str = ISSUES) -> None:
    put(reader.store.folder / file, text, age=False)


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


@pytest.mark.parametrize("name", CHANGES)
def test_what_others_do_is_news_until_it_is_seen(ana: Reader, name: str) -> None:
    make, expected = CHANGES[name]
    before = text_of(ana.store)
    write(ana, make(before))
    if name == "log":
        write(ana, '[[change-log]]\nid = "zz"\ntitle = "x"\n', "updates.toml")
    closed = again(ana)
    assert ana.words() == closed.words() == expected
    assert closed.words() == expected, "nothing is seen by looking"
    if expected:
        closed.see()
    assert closed.words() == ana.words() == again(ana).words() == {}
    write(ana, before)
    assert ana.words() == ({"d": "removed"} if name == "added" else {}), "it was seen before"


@pytest.mark.parametrize("name", ["changed", "added", "removed", "all"])
def test_a_revert_leaves_the_file_as_it_was_and_is_one_undo(ana: Reader, name: str) -> None:
    make, expected = CHANGES[name]
    before = text_of(ana.store)
    changed = make(before)
    write(ana, changed)
    for key in expected:
        ana.revert(key)
    assert text_of(ana.store) == before or name == "all"
    assert ana.words() == {}
    assert {e.id for e in ana.store.bank.entries} == set("abc")
    for _ in expected:
        ana.store.undo()
    assert text_of(ana.store).strip() == changed.strip()
    assert ana.words() == {}, "who undoes it has seen it"


def test_of_three_changes_each_is_reverted_alone(ana: Reader) -> None:
    before = text_of(ana.store)
    write(ana, CHANGES["removed"][0](CHANGES["added"][0](CHANGES["changed"][0](before))))
    assert ana.words() == {"a": "removed", "b": "changed", "d": "added"}
    ana.revert("a")
    assert text_of(ana.store) == CHANGES["added"][0](CHANGES["changed"][0](before))
    ana.revert("b")
    assert text_of(ana.store) == CHANGES["added"][0](before)
    ana.revert("d")
    assert text_of(ana.store) == before


COMMENTED = (
    '# kept\n[[current-issues]] # here\n  id   = "a"\n  title = \'A\' # odd\nissue = """x\n\ny"""\n'
    '\n[current-issues.extra]\nz = 1\n\n[[current-issues]]\nid = "b"\ntitle = "B"\n'
)


def test_a_revert_brings_comments_and_layout_back(tmp_path: Path) -> None:
    ana = Reader(make_store(tmp_path, {ISSUES: COMMENTED}))
    ana.look()
    write(ana, issue("a", "A") + "\n" + issue("b", "B"))
    ana.revert("a")
    assert text_of(ana.store) == COMMENTED


def test_archived_and_restored_entries_come_back_where_they_were(ana: Reader) -> None:
    before = text_of(ana.store)
    bo = Store(ana.store.folder, author="Bo")
    bo.archive(entry_of(bo, "b"), "old")
    assert ana.words() == {"b": "archived"}
    ana.revert("b")
    assert text_of(ana.store) == before
    assert ana.words() == {}
    assert not (ana.store.folder / ARCHIVED).exists() or not text_of(ana.store, ARCHIVED)
    ana.store.undo()
    assert entry_of(ana.store, "b").archived
    ana.see()
    bo.load()
    bo.restore(entry_of(bo, "b"))
    assert ana.words() == {}, "it was seen so before"


def test_moved_entries_come_back(ana: Reader) -> None:
    before = text_of(ana.store)
    bo = Store(ana.store.folder, author="Bo")
    bo.move(entry_of(bo, "b"), "technical-debt")
    assert ana.words() == {"b": "moved"}
    ana.revert("b")
    assert text_of(ana.store) == before
    bo.load()
    bo.move(entry_of(bo, "b"), "debugging-tips")
    assert ana.words() == {"b": "moved"}
    ana.revert("b")
    assert text_of(ana.store) == before


def test_one_table_of_a_kind_comes_back(tmp_path: Path) -> None:
    text = '[project-information]\nname = "acme"\n'
    ana = Reader(make_store(tmp_path, {"project-context.toml": text}))
    ana.look()
    write(ana, text.replace("acme", "other"), "project-context.toml")
    assert ana.words() == {"project-information": "changed"}
    ana.revert("project-information")
    assert text_of(ana.store, "project-context.toml") == text
    write(ana, "", "project-context.toml")
    assert ana.words() == {"project-information": "removed"}
    ana.revert("project-information")
    assert text_of(ana.store, "project-context.toml") == text


def test_entries_without_an_id_are_known_by_their_title(tmp_path: Path) -> None:
    text = '[[current-issues]]\ntitle = "One"\n\n[[current-issues]]\ntitle = "Two"\n'
    ana = Reader(make_store(tmp_path, {ISSUES: text}))
    ana.look()
    write(ana, text.replace('"Two"', '"Two"\nissue = "x"'))
    (key,) = ana.words()
    ana.revert(key)
    assert text_of(ana.store) == text
    write(ana, text[: text.index("\n[[")])
    assert list(ana.words().values()) == ["removed"]
    ana.revert(key)
    assert [e.title for e in ana.store.bank.entries] == ["One", "Two"]


def test_what_changed_again_is_not_reverted(ana: Reader) -> None:
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    drawn = ana.look().news["b"]
    newer = text_of(ana.store).replace("Other text.", "Newer text.")
    write(ana, newer)
    with pytest.raises(StoreError, match="b was changed again meanwhile; nothing was written"):
        revert(ana.store, drawn, ana.new.text_before(drawn))
    assert text_of(ana.store) == newer
    write(ana, newer[newer.index('[[current-issues]]\nid = "b"') :])
    gone = ana.look().news["a"]
    write(ana, newer)
    with pytest.raises(StoreError, match="a came back meanwhile"):
        revert(ana.store, gone, ana.new.text_before(gone))
    assert text_of(ana.store) == newer


def test_reviews_made_since_stay_in_a_revert(ana: Reader) -> None:
    ana.store.review(entry_of(ana.store, "b"))
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    ana.revert("b")
    data = entry_of(ana.store, "b").data
    assert (data["issue"], data["reviewed_by"]) == ("Text of b.", "Ana")


# Who did it


def test_own_changes_are_seen_at_once_and_those_of_others_are_not(ana: Reader) -> None:
    store = ana.store
    store.update(entry_of(store, "a"), {"issue": "Mine."})
    added = store.add("current-issues", {"title": "New"})
    store.archive(entry_of(store, "c"), "done")
    shell = Store(store.folder, author="Ana")
    shell.update(entry_of(shell, "b"), {"status": "fixed"})
    assert ana.words() == again(ana).words() == {}
    agent = Store(store.folder, author="agent:claude")
    agent.update(entry_of(agent, added.id), {"issue": "An agent's."})
    assert ana.words() == {added.id: "changed"}
    ana.revert(added.id)
    assert "issue" not in entry_of(store, added.id).data
    store.undo()
    store.delete(entry_of(store, added.id))
    assert ana.words() == {}


def test_an_own_change_does_not_hide_what_others_did_before(ana: Reader) -> None:
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    shell = Store(ana.store.folder, author="Ana")
    shell.update(entry_of(shell, "b"), {"status": "fixed"})
    news = ana.look().news["b"]
    assert news.before is not None
    assert news.before.data["issue"] == "Text of b."


def test_each_author_has_a_state_of_their_own(ana: Reader) -> None:
    agent = again(ana, "agent:claude")
    assert agent.words() == {}
    agent.store.update(entry_of(agent.store, "a"), {"issue": "x"})
    assert agent.words() == {}
    assert ana.words() == {"a": "changed"}


def test_a_clock_that_goes_back_changes_nothing(ana: Reader) -> None:
    store = ana.store
    store.now = lambda: datetime(2001, 1, 1, tzinfo=UTC)
    store.update(entry_of(store, "a"), {"issue": "Mine, long ago."})
    bo = Store(store.folder, author="Bo", now=store.now)
    bo.update(entry_of(bo, "b"), {"issue": "Bo's, long ago."})
    assert ana.words() == {"b": "changed"}
    assert not ana.look().news["b"].outside


def test_a_journal_that_was_shortened_is_read_on(ana: Reader) -> None:
    store = ana.store
    store.update(entry_of(store, "a"), {"issue": "One."})
    ana.look()
    store.update(entry_of(store, "a"), {"issue": "Two."})
    path = Journal(store.folder).path
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])
    assert ana.words() == {}
    store.update(entry_of(store, "a"), {"issue": "Three."})
    path.unlink()
    store.update(entry_of(store, "b"), {"issue": "Four."})
    assert ana.words() == {"a": "changed"}, "nobody knows who that was"


# Files that cannot be read


def test_of_a_broken_file_nothing_is_news(ana: Reader) -> None:
    before = text_of(ana.store)
    write(ana, before.replace("[[current-issues]]", "[[current-issues", 2))
    assert ana.words() == again(ana).words() == {}
    write(ana, CHANGES["changed"][0](before))
    assert ana.words() == again(ana).words() == {"b": "changed"}


def test_a_file_that_was_broken_at_first_is_no_news_later(tmp_path: Path) -> None:
    broken = "\n[[current-issues\n" + THREE
    ana = Reader(make_store(tmp_path, {ISSUES: broken, "updates.toml": ""}))
    assert ana.words() == {}
    write(ana, THREE)
    assert again(ana).words() == {}
    write(ana, CHANGES["changed"][0](THREE))
    assert again(ana).words() == {"b": "changed"}


def test_while_the_bank_cannot_be_understood_nothing_is_news(ana: Reader) -> None:
    write(ana, "format = [", "bank.toml")
    assert again(ana).words() == {}
    write(ana, "format = 1\n", "bank.toml")
    assert again(ana).words() == {}


def test_a_state_that_cannot_be_kept_counts_until_the_end(
    ana: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    news = ana.look().news

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr("mbtui.store.seen.private_folder", refuse)
        told = ana.new.see(news.values(), ana.store.bank.schema, ana.store.last_read)
        assert told == "Read-only file system"
        assert ana.words() == {}
    assert again(ana).words() == {"b": "changed"}
    ana.store.update(entry_of(ana.store, "a"), {"issue": "x"})
    ana.look()
    assert again(ana).words() == {}, "the next thing that is kept takes it along"


# Git


@pytest.fixture
def git(ana: Reader) -> Callable[..., str]:
    root = ana.store.project

    def run(*words: str) -> str:
        options = ["-c", "user.name=Bo Git", "-c", "user.email=bo@x.org"]
        command = ["git", *options, *words]
        return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout

    run("init", "-q", "-b", "main")
    run("add", ".")
    run("commit", "-q", "-m", "first")
    return run


def test_switching_branches_there_and_back_is_no_news(ana: Reader, git: Callable[..., str]) -> None:
    ana.look()
    before = text_of(ana.store)
    git("switch", "-q", "-c", "other")
    write(ana, CHANGES["removed"][0](CHANGES["added"][0](CHANGES["changed"][0](before))))
    git("commit", "-q", "-a", "-m", "second")
    git("switch", "-q", "main")
    assert ana.words() == {}
    git("switch", "-q", "other")
    everything = {"a": "removed", "b": "changed", "d": "added"}
    assert ana.words() == everything
    git("switch", "-q", "main")
    assert again(ana).words() == {}
    git("switch", "-q", "other")
    assert ana.words() == everything
    ana.see()
    for branch in ("main", "other", "main"):
        git("switch", "-q", branch)
        assert ana.words() == again(ana).words() == {}
    write(ana, before.replace("Text of b.", "Third text."))
    news = ana.look().news["b"]
    assert news.before is not None
    assert news.before.data["issue"] == "Text of b.", "what is on this branch was seen last"
    write(ana, before + "\n" + issue("e"))
    ana.see()
    write(ana, before)
    assert ana.words() == {"e": "removed"}, "no branch was switched since"


def test_git_names_who_changed_an_entry_by_hand(ana: Reader, git: Callable[..., str]) -> None:
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    entry = entry_of(Store(ana.store.folder, author="x"), "b")
    assert last_change(ana.store.folder, entry, 4) is None, "it is in no commit"
    git("commit", "-q", "-a", "-m", "second")
    found = last_change(ana.store.folder, entry, 4)
    assert found is not None
    assert found.who == "Bo Git"
    write(ana, CHANGES["removed"][0](text_of(ana.store)))
    git("-c", "user.name=Cy", "commit", "-q", "-a", "-m", "third")
    gone = last_change(ana.store.folder, ana.look().news["a"].entry, 0)
    assert gone is not None
    assert gone.who == "Cy"


def test_without_git_nobody_is_named(ana: Reader) -> None:
    assert last_change(ana.store.folder, entry_of(ana.store, "a"), 3) is None


# Anything


_ENTRY = st.tuples(st.sampled_from(["x", "y", "a\\nb", "ü"]), st.booleans())
_BANK = st.dictionaries(st.sampled_from("abcde"), _ENTRY, max_size=5)


def _text(entries: dict[str, tuple[str, bool]]) -> str:
    parts = []
    for key, (body, commented) in sorted(entries.items()):
        note = "# note\n" if commented else ""
        parts.append(f'{note}[[current-issues]]\nid = "{key}"\ntitle = "T"\nissue = "{body}"\n')
    return "\n".join(parts)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_BANK, _BANK, st.randoms(use_true_random=False))
def test_any_change_is_all_news_and_reverts_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
    old: dict[str, tuple[str, bool]],
    new: dict[str, tuple[str, bool]],
    random: object,
) -> None:
    ana = Reader(make_store(tmp_path_factory.mktemp("any"), {ISSUES: _text(old)}))
    ana.look()
    write(ana, _text(new))
    keys = {k for k in {*old, *new} if old.get(k, ("",))[0] != new.get(k, ("",))[0]}
    assert set(ana.words()) == keys
    order = sorted(keys)
    random.shuffle(order)  # type: ignore[attr-defined]
    now = dict(new)
    for key in order:
        ana.revert(key)
        now = {k: v for k, v in now.items() if k != key} | ({key: old[key]} if key in old else {})
        entries = {e.id: e.data["issue"] for e in ana.store.bank.entries}
        assert entries == {k: v[0].replace("\\n", "\n") for k, v in now.items()}
        assert set(ana.words()) == set(order[order.index(key) + 1 :])
