"""News of a bank on disk: what other programs do to it, with and without git."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from mbtui.store.bank_history import BankHistory
from mbtui.store.config import packaged
from mbtui.store.journal import Journal
from mbtui.store.lock import bank_lock
from mbtui.store.store import Store
from mbtui.store.whats_new import change_in_git
from tests.unit.banks import ISSUES, entry_of, issue, make_store, text_of
from tests.unit.news_bank import CHANGES, THREE, Reader, again, seen_three, write


@pytest.fixture
def ana(tmp_path: Path) -> Reader:
    return seen_three(tmp_path)


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


def test_what_a_busy_lock_held_up_is_kept_later(
    ana: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mbtui.store.lock.WAIT_SECONDS", 0.0)
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    with bank_lock(ana.store.folder):
        ana.see()
    assert again(ana).words() == {"b": "changed"}
    ana.look()
    assert again(ana).words() == {}
    write(ana, CHANGES["removed"][0](text_of(ana.store)))
    with bank_lock(ana.store.folder):
        ana.see()
    ana.new.keep()
    assert again(ana).words() == {}


def test_an_earlier_text_is_not_read_while_a_look_goes_through_them(ana: Reader) -> None:
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    news = ana.look().news["b"]
    with ana.new._lock:
        reading = Thread(target=ana.new.text_before, args=(news,), daemon=True)
        reading.start()
        reading.join(0.05)
        assert reading.is_alive()
    reading.join()


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


def who_in_git(ana: Reader, key: str, most: int = 0) -> str:
    history = BankHistory(ana.store.folder, packaged())
    found = change_in_git(ana.look().news[key], history, most)
    history.close()
    return found.author if found is not None else ""


def test_git_names_who_changed_an_entry_by_hand(ana: Reader, git: Callable[..., str]) -> None:
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    assert who_in_git(ana, "b") == "", "it is in no commit"
    git("commit", "-q", "-a", "-m", "second")
    assert who_in_git(ana, "b") == "Bo Git"
    write(ana, text_of(ana.store).replace('id = "b"', 'id = "b"\nreviewed = 2026-11-20'))
    git("-c", "user.name=Di", "commit", "-q", "-a", "-m", "a review")
    write(ana, text_of(ana.store).replace("Text of c.", "Text of c, with no commit."))
    assert who_in_git(ana, "b") == "Bo Git", "who reviews it or writes another changes nothing"
    assert who_in_git(ana, "b", most=1) == ""
    write(ana, CHANGES["changed"][0](text_of(ana.store)).replace("Other text.", "A third."))
    assert who_in_git(ana, "b") == ""


def test_git_names_who_took_an_entry_out(ana: Reader, git: Callable[..., str]) -> None:
    ana.look()
    write(ana, text_of(ana.store) + '\n[[current-issues]]\ntitle = "Typed in vim"\n')
    ana.see()
    (typed,) = {entry.id for entry in ana.store.bank.entries} - set("abc")
    git("commit", "-q", "-a", "-m", "second")
    write(ana, CHANGES["removed"][0](THREE))
    assert who_in_git(ana, "a") == who_in_git(ana, typed) == "", "it is in no commit"
    git("-c", "user.name=Cy", "commit", "-q", "-a", "-m", "third")
    write(ana, text_of(ana.store).replace('id = "b"', 'id = "b"\nlinks = ["a"]'))
    git("-c", "user.name=Di", "commit", "-q", "-a", "-m", "a link that dangles")
    assert who_in_git(ana, "a") == who_in_git(ana, typed) == "Cy"


def test_without_git_nobody_is_named(ana: Reader) -> None:
    write(ana, CHANGES["changed"][0](text_of(ana.store)))
    assert who_in_git(ana, "b") == ""
