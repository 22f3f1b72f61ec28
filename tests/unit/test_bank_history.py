"""What the commits of a repository did to the entries of a bank."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mbtui.store.bank_history import BankHistory, _windows
from mbtui.store.config import packaged
from tests.unit.banks import issue
from tests.unit.log_repository import LogRepository, told

ISSUES = "known-issues.toml"


@pytest.fixture
def repo(tmp_path: Path) -> LogRepository:
    repo = LogRepository(tmp_path / "acme")
    texts = [issue(i, f"title {i}", issue="text") for i in ("aaaa", "bbbb", "cccc")]
    (repo.folder / ISSUES).write_text("# by hand\n\n" + "\n".join(texts))
    repo.commit("Bo")
    repo.wait(hours=1)
    return repo


def newest(repo: LogRepository) -> list[str]:
    return told(repo.commits()[0])


def test_the_first_commit_added_all(repo: LogRepository) -> None:
    (commit,) = repo.commits()
    assert told(commit) == ["add aaaa", "add bbbb", "add cccc"]
    assert (commit.author, commit.at) == ("Bo", datetime(2024, 3, 5, 8, 0, tzinfo=UTC))


def test_each_kind_of_change(repo: LogRepository) -> None:
    store = repo.store()
    store.add("common-tasks", {"id": "dddd", "title": "new"})
    store.archive(store.bank.find("aaaa")[0], "why")
    store.move(store.bank.find("bbbb")[0], "technical-debt")
    store.update(store.bank.find("cccc")[0], {"issue": "another"})
    name = repo.commit()
    commit = repo.commits()[0]
    assert commit.name == name
    assert told(commit) == ["add dddd", "archive aaaa", "edit cccc", "move bbbb"]
    archived = next(change for change in commit.changes if change.entry == "aaaa")
    assert archived.before is not None
    assert archived.after is not None
    assert archived.before.data["title"] == archived.after.data["title"] == "title aaaa"
    repo.wait(hours=1)
    store = repo.store()
    store.restore(store.bank.archive[0])
    store.delete(store.bank.find("cccc")[0])
    store.update(store.bank.find("bbbb")[0], {"status": "active"})
    repo.commit()
    assert newest(repo) == ["delete cccc", "restore aaaa", "status bbbb"]


def test_only_what_changed_is_told(repo: LogRepository) -> None:
    repo.replace("# by hand", "# by somebody")
    repo.commit()
    assert newest(repo) == []
    (repo.root / "app.py").write_text("x = 1\n")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "code")
    assert len(repo.commits()) == 2
    repo.replace('title = "title bbbb"', 'title = "other"')
    repo.commit()
    assert newest(repo) == ["edit bbbb"]


def test_an_entry_without_an_id_is_known_by_its_derived_one(repo: LogRepository) -> None:
    path = repo.folder / ISSUES
    path.write_text(path.read_text() + '\n[[current-issues]]\ntitle = "Typed in vim"\n')
    repo.commit()
    (typed,) = [e.id for e in repo.store().bank.entries if e.title == "Typed in vim"]
    assert newest(repo) == [f"add {typed}"]


def test_a_text_with_header_lines_in_it_is_no_entry(repo: LogRepository) -> None:
    path = repo.folder / ISSUES
    body = 'issue = """\nwrite\n[[current-issues]]\nid = "no"\ntitle = "{}"\n"""\n'
    first = path.read_text() + f'\n[[current-issues]]\nid = "dddd"\ntitle = "d"\n{body}'
    path.write_text(first.format("one"))
    repo.commit()
    assert newest(repo) == ["add dddd"]
    path.write_text(first.format("two"))
    repo.commit()
    assert newest(repo) == ["edit dddd"]


def test_broken_versions_are_passed_over(repo: LogRepository) -> None:
    good = (repo.folder / ISSUES).read_text()
    for text in (good + "[[x\n", b"\xff\xfe", good.replace("title aaaa", "mended")):
        data = text if isinstance(text, bytes) else text.encode()
        (repo.folder / ISSUES).write_bytes(data)
        repo.commit()
    assert [told(commit) for commit in repo.commits()[:3]] == [[], [], []]


def test_a_merge_tells_only_what_no_side_had(repo: LogRepository) -> None:
    repo.git("checkout", "-q", "-b", "side")
    repo.replace("title aaaa", "side")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.wait(hours=1)
    repo.replace("title cccc", "main")
    repo.commit()
    repo.wait(hours=1)
    repo.git("merge", "-q", "--no-commit", "side")
    repo.commit()
    assert newest(repo) == []
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("merge", "-q", "--no-commit", "side")
    repo.replace("title bbbb", "in the merge")
    repo.commit()
    assert newest(repo) == ["edit bbbb"]


def test_who_changed_an_entry_last(repo: LogRepository) -> None:
    repo.replace("title aaaa", "by vim")
    name = repo.commit("Priya")
    repo.wait(hours=1)
    repo.replace("title bbbb", "later")
    repo.commit("Jonas")
    history = BankHistory(repo.folder, packaged())
    last = history.last_changes(["aaaa"])["aaaa"]
    assert (last.author, last.commit) == ("Priya", name)
    assert last.at == datetime(2024, 3, 5, 9, 0, tzinfo=UTC)
    assert {k: v.author for k, v in history.last_changes(["bbbb", "cccc", "no"]).items()} == {
        "bbbb": "Jonas",
        "cccc": "Bo",
    }
    assert set(history.last_changes(["aaaa", "bbbb"], most=1)) == {"bbbb"}
    history.close()


def test_another_checkout_is_read_anew(repo: LogRepository) -> None:
    history = BankHistory(repo.folder, packaged())
    history.refresh()
    assert len(list(history.commits())) == 1
    repo.replace("title aaaa", "x")
    repo.commit()
    assert len(list(history.commits())) == 1
    history.refresh()
    assert len(list(history.commits())) == 2
    repo.git("checkout", "-q", "--detach", "HEAD~1")
    history.refresh()
    assert len(list(history.commits())) == 1


def test_a_shallow_clone_does_not_know_what_its_last_commit_changed(
    repo: LogRepository, tmp_path: Path
) -> None:
    for number in range(3):
        repo.replace(f"title {'abc'[number] * 4}", "x")
        repo.commit()
    place = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "2", f"file://{repo.root}", str(place)], check=True
    )
    history = BankHistory(place / "memory-bank", packaged())
    assert [told(commit) for commit in history.commits()] == [["edit cccc"], []]


def test_without_a_repository_a_commit_or_git_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    assert list(BankHistory(plain, packaged()).commits()) == []
    unborn = LogRepository(tmp_path / "unborn")
    assert unborn.commits() == []
    unborn.commit()
    monkeypatch.setenv("PATH", str(plain))
    history = BankHistory(unborn.folder, packaged())
    history.refresh()
    assert list(history.commits()) == []
    assert history.last_changes(["aaaa"]) == {}


def test_what_git_is_set_to_changes_nothing(repo: LogRepository) -> None:
    repo.replace("title aaaa", "later")
    repo.commit()
    expected = [["edit aaaa"], ["add aaaa", "add bbbb", "add cccc"]]
    for name, value in (
        ("diff.relative", "true"),
        ("diff.orderFile", "no-such-file"),
        ("log.showRoot", "false"),
        ("i18n.logOutputEncoding", "ISO-8859-1"),
    ):
        repo.git("config", name, value)
        assert [told(commit) for commit in repo.commits()] == expected, name


def test_an_author_whose_name_is_no_utf8_is_text_all_the_same(repo: LogRepository) -> None:
    repo.git("config", "i18n.logOutputEncoding", "ISO-8859-1")
    repo.replace("title aaaa", "one")
    repo.commit("Zoë")
    raw = subprocess.run(
        ["git", "cat-file", "commit", "HEAD"], cwd=repo.root, check=True, capture_output=True
    ).stdout.replace("Zoë".encode(), b"Zo\xeb")
    made = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    name = subprocess.run(made, cwd=repo.root, input=raw, check=True, capture_output=True).stdout
    authors = [repo.commits()[0].author]
    repo.git("reset", "-q", "--hard", name.decode().strip())
    authors.append(repo.commits()[0].author)
    assert authors == ["Zoë", "Zo\N{REPLACEMENT CHARACTER}"]


def test_dates_to_come_and_a_clock_that_went_back_are_told_as_they_are(
    repo: LogRepository,
) -> None:
    start = repo.at
    for days, old, new in ((4000, "aaaa", "1"), (-9000, "bbbb", "2"), (1, "cccc", "3")):
        repo.at = start + timedelta(days=days)
        repo.replace(f"title {old}", new)
        repo.commit()
    assert [told(commit) for commit in repo.commits()][:3] == [
        ["edit cccc"],
        ["edit bbbb"],
        ["edit aaaa"],
    ]
    repo.at = start
    assert len(repo.reader().events()) == 6


def test_the_part_that_differs_holds_whole_entries() -> None:
    texts = [issue(f"a{i:03}", f"t{i}") for i in range(50)]
    old = "# top\n" + "\n".join(texts)
    new = old.replace('title = "t20"', 'title = "x"')
    assert _windows(old, new) == ("\n" + texts[20], "\n" + texts[20].replace("t20", "x"))
    before, after = _windows(old, old.replace(texts[30] + "\n", ""))
    assert (before.count("[["), after.count("[[")) == (1, 0)
    assert texts[30] in before
    assert _windows("", old) == ("", old)


def test_a_reading_that_failed_does_not_pass_for_the_end(
    repo: LogRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    repo.replace("title aaaa", "later")
    repo.commit()
    history = BankHistory(repo.folder, packaged())
    with monkeypatch.context() as patch:
        patch.setattr("mbtui.store.bank_history._changes", fail)
        with pytest.raises(MemoryError):
            next(history.commits())
    assert len(list(history.commits())) == 2


def test_git_is_ended_with_the_reading(repo: LogRepository) -> None:
    for number in range(5):
        repo.replace("title aaaa" if not number else f"n{number - 1}", f"n{number}")
        repo.commit()
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    others = set(children.read_text().split()) if children.exists() else set()
    history = BankHistory(repo.folder, packaged())
    assert next(history.commits()).changes
    history.close()
    if children.exists():
        assert set(children.read_text().split()) <= others
    assert len(list(history.commits())) == 6
