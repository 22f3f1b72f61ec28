"""Git: the merge driver, conflicts settled from the index, and nothing lost either way (T24)."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from mbtui.bank.merge_section import Version
from mbtui.store.store import Store
from tests.faults.repository import Repository

BOTH = pytest.mark.parametrize("driver", [True, False], ids=["driver", "no driver"])


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home" / "state"))
    return Repository(tmp_path / "project", driver=True, home=tmp_path / "home")


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository without the driver."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home" / "state"))
    return Repository(tmp_path / "project", driver=False, home=tmp_path / "home")


def titles(repository: Repository) -> list[str]:
    return sorted(entry.title for entry in repository.bank().entries)


def both_add(repository: Repository) -> None:
    """Each branch adds three entries where the other one does; leaves `main` checked out."""
    repository.store().add("current-issues", {"title": "start"})
    repository.commit("one entry")
    repository.branch("topic")
    for number in range(3):
        repository.store("Bo").add("current-issues", {"title": f"theirs {number}"})
    repository.commit("theirs")
    repository.switch("main")
    for number in range(3):
        repository.store().add("current-issues", {"title": f"ours {number}"})
    repository.commit("ours")


ALL = ["ours 0", "ours 1", "ours 2", "start", "theirs 0", "theirs 1", "theirs 2"]


def test_t24_additions_on_both_branches_merge_with_the_driver(repository: Repository) -> None:
    both_add(repository)
    repository.git("merge", "--no-edit", "topic")
    assert titles(repository) == ALL
    assert repository.git("status", "--porcelain") == ""
    tomllib.loads(repository.text())


def test_t24_without_the_driver_resolve_settles_from_the_index(plain: Repository) -> None:
    (plain.folder / "known-issues.toml").write_text("")
    both_add(plain)
    merged = plain.run("git", "merge", "--no-edit", "topic")
    if merged.returncode == 0:
        assert titles(plain) == ALL
        return
    assert "<<<<<<<" in plain.text()
    done = plain.mbtui("resolve", "--add")
    assert (done.returncode, done.stderr) == (0, "")
    assert "known-issues.toml is merged and added" in done.stdout
    assert titles(plain) == ALL
    plain.git("commit", "--no-edit", "-q")


def test_a_clone_without_mbtui_gets_gits_own_markers_and_not_ours_alone(
    repository: Repository,
) -> None:
    both_change(repository)
    repository.environment["PATH"] = "/usr/bin:/bin"
    repository.git("merge", "--no-edit", "topic", fails=True)
    text = repository.text()
    assert "<<<<<<< ours" in text
    assert "by ana" in text
    assert "by bo" in text


def both_change(repository: Repository, *, lines: tuple[str, str] = ("by ana", "by bo")) -> str:
    """Both branches change one line of an entry; its id."""
    store = repository.store()
    entry = store.add("current-issues", {"title": "E", "issue": "first\nsecond\nthird\n"})
    repository.store().add("current-issues", {"title": "other"})
    repository.commit("entries")
    repository.branch("topic")
    store = repository.store("Bo")
    store.update(store.bank.find(entry.id)[0], {"issue": f"first\n{lines[1]}\nthird\n"})
    store.add("technical-debt", {"title": "only theirs"})
    repository.commit("theirs")
    repository.switch("main")
    store = repository.store()
    store.update(store.bank.find(entry.id)[0], {"issue": f"first\n{lines[0]}\nthird\n"})
    store.add("technical-debt", {"title": "only ours"})
    repository.commit("ours")
    return entry.id


@BOTH
def test_t24_one_line_changed_on_both_branches_is_decided_entry_by_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, driver: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home" / "state"))
    repository = Repository(tmp_path / "project", driver=driver, home=tmp_path / "home")
    identity = both_change(repository)
    repository.git("merge", "--no-edit", "topic", fails=True)
    done = repository.mbtui("resolve", "--add")
    assert done.returncode == 3
    assert f"{identity} (E): both sides changed issue" in done.stderr
    text = repository.text()
    assert text.count("<<<<<<<") == 1
    assert "only ours" in text
    assert "only theirs" in text

    store = Store(repository.folder, author="Ana")
    (conflict,) = store.conflicts()
    (entry,) = conflict.undecided
    assert entry.mine is not None
    assert entry.theirs is not None
    assert entry.mine.data["issue"] == "first\nby ana\nthird\n"
    assert entry.theirs.data["issue"] == "first\nby bo\nthird\n"
    assert entry.result is not None
    both = Version(entry.result.kind, {**entry.result.data, "issue": "by both\n"})
    settled = store.settle(conflict, {identity: both}, add=True)
    assert settled.is_settled
    assert settled.added
    repository.git("commit", "--no-edit", "-q")
    assert repository.git("status", "--porcelain") == ""
    assert store.load().find(identity)[0].data["issue"] == "by both\n"
    assert titles(repository) == ["E", "only ours", "only theirs", "other"]


def test_an_archived_entry_that_was_edited_elsewhere_is_kept_and_marked(
    repository: Repository,
) -> None:
    store = repository.store()
    entry = store.add("current-issues", {"title": "E", "issue": "text\n"})
    repository.commit("entry")
    repository.branch("topic")
    store = repository.store("Bo")
    store.update(store.bank.entries[0], {"issue": "edited\n"})
    repository.commit("edited")
    repository.switch("main")
    store = repository.store()
    store.archive(store.bank.entries[0], "fixed")
    repository.commit("archived")
    told = repository.git("merge", "--no-edit", "topic", fails=True)
    assert f"{entry.id} (E) was archived, deleted or moved here and changed there" in told
    bank = repository.bank()
    (live,) = bank.by_kind["current-issues"]
    assert live.data["issue"] == "edited\n"
    twin = live.archived_twin
    assert twin is not None
    assert twin.data["archived"]["reason"] == "fixed"
    assert not bank.broken_files
    assert repository.mbtui("resolve").returncode == 3
    store = Store(repository.folder, author="Ana")
    (conflict,) = store.conflicts()
    kept = store.settle(conflict, {entry.id: conflict.undecided[0].result}, add=True)
    assert kept.added
    repository.git("commit", "--no-edit", "-q")


def test_what_a_person_settled_by_hand_is_not_settled_again(plain: Repository) -> None:
    identity = both_change(plain)
    plain.git("merge", "--no-edit", "topic", fails=True)
    text = plain.text()
    start, end = text.index("<<<<<<<"), text.index("\n", text.index(">>>>>>>")) + 1
    middle = text[start:end]
    assert "by ana" in middle
    (plain.folder / "known-issues.toml").write_text(
        text[:start] + "by hand\n" + text[end:]
        if "by bo" in middle
        else text.replace("by ana", "by hand")
    )
    plain.mbtui("resolve")
    assert "by hand" in plain.text()
    entry = plain.bank().find(identity)[0] if "<<<<<<<" not in plain.text() else None
    assert entry is None or "by hand" in entry.data["issue"]


def test_an_entry_that_an_agent_added_amid_the_conflict_stays(plain: Repository) -> None:
    both_change(plain)
    plain.git("merge", "--no-edit", "topic", fails=True)
    path = plain.folder / "known-issues.toml"
    path.write_text(path.read_text() + '\n# typed\n[[technical-debt]]\ntitle = "amid"\n')
    plain.mbtui("resolve")
    assert '# typed\n[[technical-debt]]\ntitle = "amid"\n' in plain.text()


def test_markers_that_were_committed_are_settled_from_their_own_sides(plain: Repository) -> None:
    one, other = (f'[[current-issues]]\nid = "{c * 8}"\ntitle = "{c}"\n' for c in "ab")
    marked = f"<<<<<<< HEAD\n{one}=======\n{other}>>>>>>> topic\n"
    (plain.folder / "known-issues.toml").write_text(marked)
    plain.commit("oops")
    done = plain.mbtui("resolve")
    assert (done.returncode, done.stderr) == (0, "")
    assert titles(plain) == ["a", "b"]


@BOTH
def test_bank_toml_merges_views_of_both_branches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, driver: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home" / "state"))
    repository = Repository(tmp_path / "project", driver=driver, home=tmp_path / "home")
    path = repository.folder / "bank.toml"
    start = path.read_text() + "\n[views]\n"
    path.write_text(start + 'a = "is:open"\n')
    repository.commit("views")
    repository.branch("topic")
    path.write_text(start + 'a = "is:open"\nb = "is:closed"\n')
    repository.commit("b")
    repository.switch("main")
    path.write_text(start + 'a = "is:open"\nc = "tag:x"\n')
    repository.commit("c")
    merged = repository.run("git", "merge", "--no-edit", "topic")
    assert (merged.returncode == 0) is driver
    if not driver:
        assert repository.mbtui("resolve", "--add").returncode == 0
    assert tomllib.loads(path.read_text())["views"] == {
        "a": "is:open",
        "b": "is:closed",
        "c": "tag:x",
    }


def test_a_true_conflict_in_bank_toml_is_left_to_a_person(plain: Repository) -> None:
    path = plain.folder / "bank.toml"
    plain.branch("topic")
    path.write_text('format = 1\nname = "theirs"\n')
    plain.commit("theirs")
    plain.switch("main")
    path.write_text('format = 1\nname = "ours"\n')
    plain.commit("ours")
    plain.git("merge", "--no-edit", "topic", fails=True)
    before = path.read_bytes()
    done = plain.mbtui("resolve", "--add")
    assert done.returncode == 3
    assert "bank.toml is left as it is: both sides changed name" in done.stderr
    assert path.read_bytes() == before


def test_rebase_and_stash_conflicts_are_settled_too(plain: Repository) -> None:
    both_add(plain)
    plain.switch("topic")
    done = plain.run("git", "rebase", "main")
    rounds = 0
    while done.returncode and rounds < 5:
        assert plain.mbtui("resolve", "--add").returncode == 0
        done = plain.run("git", "-c", "core.editor=true", "rebase", "--continue")
        rounds += 1
    assert titles(plain) == ALL


def test_setting_up_and_taking_away_leaves_the_repository_as_it_was(plain: Repository) -> None:
    attributes = plain.folder / ".gitattributes"
    attributes.write_text("*.md text")
    config = (plain.root / ".git" / "config").read_text()
    first = plain.mbtui("init", "--git")
    assert first.returncode == 0
    assert "commit it" in first.stdout
    assert attributes.read_text() == "*.md text\n*.toml merge=mbtui\n"
    again = plain.mbtui("init", "--git")
    assert again.returncode == 0
    assert attributes.read_text() == "*.md text\n*.toml merge=mbtui\n"
    assert plain.mbtui("init", "--no-git").returncode == 0
    assert attributes.read_text() == "*.md text\n"
    assert (plain.root / ".git" / "config").read_text() == config


def test_no_repository_is_told(tmp_path: Path) -> None:
    (tmp_path / "memory-bank").mkdir()
    (tmp_path / "memory-bank" / "bank.toml").write_text("format = 1\n")
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "mbtui", "init", "--git"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PATH": "/usr/bin:/bin", "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)},
    )
    assert done.returncode == 3
    assert "is in no git repository" in done.stderr
