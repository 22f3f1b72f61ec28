"""docs/format.md, *Which bank* and *Who*."""

from __future__ import annotations

import getpass
import os
import subprocess
from pathlib import Path

import platformdirs
import pytest

from mbtui.store.author import current_author
from mbtui.store.locate import BankNotFoundError, find_bank, personal_bank
from tests.unit.banks import make_bank_at

NO_GIT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "PATH": os.environ["PATH"]}
SOMEONE_ELSE = 54321


def find(
    start: Path,
    named: str | None = None,
    environ: dict[str, str] | None = None,
    personal: bool = False,
) -> Path:
    return find_bank(named, personal=personal, start=start, environ=environ or {})


def make_hidden(project: Path) -> Path:
    folder = make_bank_at(project)
    return folder.rename(project / ".memory-bank")


class TestNearest:
    @pytest.mark.parametrize("below", [".", "src", "src/app/deep"])
    def test_the_nearest_ancestor_with_a_bank(self, tmp_path: Path, below: str) -> None:
        folder = make_bank_at(tmp_path)
        start = tmp_path / below
        start.mkdir(parents=True, exist_ok=True)
        assert find(start) == folder

    def test_the_nearer_of_two(self, tmp_path: Path) -> None:
        make_bank_at(tmp_path)
        inner = make_hidden(tmp_path / "inner")
        assert find(tmp_path / "inner") == inner

    def test_memory_bank_wins_over_the_hidden_one(self, tmp_path: Path) -> None:
        hidden = make_hidden(tmp_path)
        assert find(tmp_path) == hidden
        folder = make_bank_at(tmp_path)
        assert find(tmp_path) == folder
        assert find(tmp_path, str(tmp_path)) == folder

    def test_a_folder_without_bank_toml_is_no_bank(self, tmp_path: Path) -> None:
        folder = make_bank_at(tmp_path)
        (tmp_path / "inner" / "memory-bank").mkdir(parents=True)
        assert find(tmp_path / "inner") == folder

    def test_from_inside_the_bank(self, tmp_path: Path) -> None:
        folder = make_bank_at(tmp_path, {"archive/known-issues.toml": ""})
        assert find(folder / "archive") == folder

    def test_none_found_names_init_and_personal_and_makes_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(BankNotFoundError) as caught:
            find(tmp_path)
        assert caught.value.exit_code == 1
        for words in ("`mbtui init`", "--personal", str(tmp_path)):
            assert words in str(caught.value)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to someone else")
    def test_the_search_stops_at_a_folder_that_someone_else_owns(self, tmp_path: Path) -> None:
        folder = make_bank_at(tmp_path)
        theirs = tmp_path / "theirs"
        mine = theirs / "mine"
        mine.mkdir(parents=True)
        assert find(mine) == folder
        os.chown(theirs, SOMEONE_ELSE, -1)
        with pytest.raises(BankNotFoundError):
            find(mine)

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to someone else")
    def test_a_bank_in_a_folder_that_someone_else_owns_is_not_taken(self, tmp_path: Path) -> None:
        make_bank_at(tmp_path)
        mine = tmp_path / "mine"
        mine.mkdir()
        os.chown(tmp_path, SOMEONE_ELSE, -1)
        with pytest.raises(BankNotFoundError):
            find(mine)

    def test_a_bank_that_someone_else_put_beside_us_is_not_taken(self, tmp_path: Path) -> None:
        if os.getuid():
            pytest.skip("runs as root, to give a folder to another user")
        folder = make_bank_at(tmp_path)
        os.chown(folder, SOMEONE_ELSE, -1)
        with pytest.raises(BankNotFoundError):
            find_bank(None, personal=False, start=tmp_path, environ={})

    def test_a_linked_worktree_without_a_bank_does_not_take_the_outer_checkouts(
        self, tmp_path: Path
    ) -> None:
        make_bank_at(tmp_path)
        worktree = tmp_path / "trees" / "feature"
        worktree.mkdir(parents=True)
        (worktree / ".git").write_text(f"gitdir: {tmp_path}/.git/worktrees/feature\n")
        with pytest.raises(BankNotFoundError):
            find_bank(None, personal=False, start=worktree, environ={})

    def test_a_git_worktree_uses_its_own_copy(self, tmp_path: Path) -> None:
        main, tree = tmp_path / "main", tmp_path / "tree"
        folder = make_bank_at(main)
        who = ["-c", "user.name=x", "-c", "user.email=x@x"]
        for command in (
            ["init", "-q"],
            ["add", "."],
            [*who, "commit", "-qm", "bank"],
            ["worktree", "add", "-q", str(tree)],
        ):
            subprocess.run(["git", "-C", str(main), *command], check=True, env=NO_GIT)
        assert find(tree) == tree / "memory-bank"
        assert find(main) == folder


class TestNamed:
    def test_the_bank_folder_or_the_folder_that_holds_it(self, tmp_path: Path) -> None:
        folder = make_bank_at(tmp_path / "project")
        elsewhere = tmp_path / "else"
        elsewhere.mkdir()
        for named in (folder, folder.parent, "../project", "../project/memory-bank"):
            assert find(elsewhere, str(named)) == folder

    def test_a_hidden_one_likewise(self, tmp_path: Path) -> None:
        hidden = make_hidden(tmp_path / "project")
        assert find(tmp_path, "project") == hidden

    def test_bank_option_then_environment_then_nearest(self, tmp_path: Path) -> None:
        banks = {name: make_bank_at(tmp_path / name) for name in ("option", "variable", "near")}
        environ = {"MBTUI_BANK": str(banks["variable"])}
        start = tmp_path / "near"
        assert find(start, str(banks["option"]), environ) == banks["option"]
        assert find(start, None, environ) == banks["variable"]
        assert find(start) == find(start, None, {"MBTUI_BANK": ""}) == banks["near"]

    @pytest.mark.parametrize("named", ["nowhere", "", " ", "~nobody-at-all/x"])
    def test_a_bank_that_is_not_there_is_never_replaced_by_another(
        self, tmp_path: Path, named: str
    ) -> None:
        folder = make_bank_at(tmp_path)
        with pytest.raises(BankNotFoundError):
            find(tmp_path, named)
        with pytest.raises(BankNotFoundError):
            find(tmp_path, named, {"MBTUI_BANK": str(folder)})
        if named.strip():
            with pytest.raises(BankNotFoundError, match=named):
                find(tmp_path, None, {"MBTUI_BANK": named})

    def test_a_home_folder_is_expanded(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        folder = make_bank_at(tmp_path)
        assert find(tmp_path / "elsewhere", "~") == folder


class TestPersonal:
    def test_is_in_the_users_data_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        make_bank_at(tmp_path)
        assert personal_bank() == Path(platformdirs.user_data_path("mbtui"))
        with pytest.raises(BankNotFoundError, match="`mbtui init --personal`") as caught:
            find(tmp_path, personal=True)
        assert caught.value.exit_code == 1
        make_bank_at(tmp_path / "data").rename(personal_bank())
        assert find(tmp_path, personal=True) == personal_bank()


class TestWho:
    def repository(self, folder: Path, name: str) -> Path:
        subprocess.run(["git", "-C", str(folder), "init", "-q"], check=True, env=NO_GIT)
        subprocess.run(
            ["git", "-C", str(folder), "config", "user.name", name], check=True, env=NO_GIT
        )
        return folder

    def test_the_variable_first(self, tmp_path: Path) -> None:
        folder = self.repository(tmp_path, "Ana Lima")
        environ = {**NO_GIT, "MBTUI_AUTHOR": " agent:claude ", "LOGNAME": "ana"}
        assert current_author(environ, folder) == "agent:claude"

    @pytest.mark.parametrize("name", ["Ana Lima", "Зоя É"])
    def test_then_gits_user_name(self, tmp_path: Path, name: str) -> None:
        folder = self.repository(tmp_path, name)
        environ = {**NO_GIT, "MBTUI_AUTHOR": " ", "LOGNAME": "ana"}
        assert current_author(environ, folder) == name

    def test_then_the_login_name(self, tmp_path: Path) -> None:
        assert current_author({**NO_GIT, "LOGNAME": "ana"}, tmp_path) == "ana"
        assert current_author({"PATH": "", "USER": "bo"}, tmp_path) == "bo"
        assert current_author(NO_GIT, tmp_path) == getpass.getuser()
