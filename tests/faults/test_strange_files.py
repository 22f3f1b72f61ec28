"""T29: what is no file of a bank is not opened, names do not lead out of it, and nothing hangs."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mbtui.bank.safetext import is_safe
from mbtui.store.author import LONGEST_NAME, current_author
from mbtui.store.errors import StoreError
from mbtui.store.excerpt import WINDOW, excerpt
from mbtui.store.files import UnreadableError
from mbtui.store.locate import BankNotFoundError, find_bank
from mbtui.store.place import branch_of
from mbtui.store.store import Store
from mbtui.store.toml_write import toml_key, toml_string
from tests.cli.conftest import Run, _own_world, run
from tests.ui.conftest import OpenApp, demo, open_app, own_state
from tests.ui.driving import MEDIUM
from tests.ui.window import PATIENCE
from tests.unit.banks import ARCHIVED, ISSUES, issue, make_bank_at, put

__all__ = ["_own_world", "demo", "open_app", "own_state", "run"]

AT_ONCE = 1.0 * PATIENCE
SECRET = "MBTUI_TEST_SECRET_IN_THE_ENVIRONMENT"


def pipe(path: Path) -> None:
    os.mkfifo(path)


def zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def environment(path: Path) -> None:
    path.symlink_to("/proc/self/environ")


def elsewhere(path: Path) -> None:
    target = path.resolve().parents[2] / "outside.toml"
    target.write_text(f'[[current-issues]]\nid = "out"\ntitle = "{SECRET}"\n')
    path.symlink_to(target)


def folder(path: Path) -> None:
    path.mkdir()


def listener(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        here = os.getcwd()
        os.chdir(path.parent)
        try:
            one.bind(path.name)
        finally:
            os.chdir(here)


def round_and_round(path: Path) -> None:
    path.symlink_to(path.name)


STRANGE = [pipe, zeros, environment, elsewhere, folder, listener, round_and_round]


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(SECRET, SECRET)
    start = time.monotonic()
    yield
    assert time.monotonic() - start < 20 * AT_ONCE


def within(seconds: float, work: Callable[[], object]) -> None:
    start = time.monotonic()
    work()
    assert time.monotonic() - start < seconds


@pytest.mark.parametrize("place", [ISSUES, ARCHIVED, "bank.toml"])
@pytest.mark.parametrize("make", STRANGE)
def test_t29_a_strange_file_is_told_and_never_opened(
    run: Run, tmp_path: Path, make: Callable[[Path], None], place: str
) -> None:
    bank = make_bank_at(tmp_path / "p", {"testing-notes.toml": "", ARCHIVED: ""})
    path = bank / place
    path.unlink(missing_ok=True)
    make(path)
    store = Store(bank, author="Ana")
    within(AT_ONCE, store.load)
    (problem,) = store.bank.broken_files
    assert problem.file == place
    assert any(words in problem.message for words in ("not opened", "cannot be opened"))
    assert SECRET not in str(store.bank.problems)
    if place == ARCHIVED:
        added = store.add("current-issues", {"title": "the other files work"})
        with pytest.raises(StoreError, match="nothing was written"):
            store.archive(added, "why")
    else:
        with pytest.raises(StoreError, match="nothing was written"):
            store.add("current-issues", {"title": "new"})
    for words in (("list",), ("search", "x"), ("show", "a"), ("add", "x"), ("schema",), ("undo",)):
        answer = run(*words, "--bank", str(bank))
        assert SECRET not in answer.out + answer.err
        assert "Traceback" not in answer.err
    assert [item.name for item in bank.parent.iterdir() if item.name.startswith(".mbtui")] == []
    if place == ISSUES:
        assert run("list", "--bank", str(bank)).code == 3


@pytest.mark.parametrize("make", STRANGE)
def test_t29_a_strange_pyproject_is_not_read(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    project = tmp_path / "p" / "q"
    project.mkdir(parents=True)
    monkeypatch.chdir(project)
    make(project / "pyproject.toml")
    answer = run("init")
    assert answer.code == 0
    assert "Filled" not in answer.out
    assert SECRET not in answer.out + answer.err


@pytest.mark.anyio
@pytest.mark.parametrize("make", STRANGE)
async def test_t29_the_screen_shows_why(
    open_app: OpenApp, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    bank = make_bank_at(tmp_path / "p")
    make(bank / ISSUES)
    async with open_app(MEDIUM, bank) as ui:
        text = " ".join(ui.text.split())
        assert "not opened" in text or "cannot be opened" in text
        assert "! shows it" in text
        await ui.press("exclamation_mark")
        assert "only shown" in ui.text
        await ui.press("enter", "escape", "r")
        assert SECRET not in ui.text


def git_folder(project: Path) -> Path:
    git = project / ".git"
    git.mkdir(parents=True)
    return git


@pytest.mark.parametrize("make", STRANGE)
def test_t29_a_strange_head_names_no_branch(tmp_path: Path, make: Callable[[Path], None]) -> None:
    project = tmp_path / "p"
    make(git_folder(project) / "HEAD")
    within(AT_ONCE, lambda: branch_of(project))
    assert branch_of(project) == ""


@pytest.mark.parametrize("make", [pipe, zeros, environment, listener, round_and_round])
def test_t29_a_strange_git_file_names_no_branch_and_no_bank(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    project = tmp_path / "p"
    project.mkdir()
    make(project / ".git")
    within(AT_ONCE, lambda: branch_of(project))
    assert branch_of(project) == ""
    bank = make_bank_at(tmp_path)
    found = find_bank(None, personal=False, start=project, environ={})
    assert found == bank


@pytest.mark.parametrize(
    ("head", "branch"),
    [
        ("ref: refs/heads/main\n", "main"),
        ("ref: refs/heads/feature/x\n", "feature/x"),
        ("a" * 40 + "\n", "a" * 8),
        ("root:x:0:0:root:/root:/bin/bash\n", ""),
        ("ref: refs/heads/" + "x" * 5000, ""),
        ("x" * 100_000_000, ""),
        ("", ""),
        ("\xff\xfe", ""),
    ],
)
def test_t29_only_what_git_writes_is_a_branch(tmp_path: Path, head: str, branch: str) -> None:
    (git_folder(tmp_path) / "HEAD").write_bytes(head.encode("latin-1"))
    within(AT_ONCE, lambda: branch_of(tmp_path))
    assert branch_of(tmp_path) == branch


def test_t29_a_git_file_that_points_elsewhere(tmp_path: Path) -> None:
    project = tmp_path / "p"
    project.mkdir()
    for pointer in ("/proc/self", "/etc", "../../../..", "\0", "x" * 5000):
        (project / ".git").write_text(f"gitdir: {pointer}\n")
        within(AT_ONCE, lambda: branch_of(project))
        assert branch_of(project) == ""


NAMES = (
    "../evil",
    "../../etc/passwd",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "..",
    ".",
    "",
    ".hidden",
    "-rf",
    "con",
    "nul",
    "com1",
    "lpt9",
    "Known-Issues",
    "KNOWN-ISSUES",
    "known issues",
    "x" * 65,
    "x\0y",
    "x\ny",
    "\u202ex",
    "caf\u00e9",
    "bank",
    "archive",
)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_t29_a_section_of_a_strange_name_has_no_file(tmp_path: Path, name: str) -> None:
    key, value = toml_key(name), toml_string(name)
    text = f"[sections.{key}]\ntitle = {value}\n[kinds.mine]\nsection = {value}\n"
    text += f"[kinds.{key}]\nsection = {value}\n"
    project = tmp_path / "deep" / "er"
    bank = make_bank_at(project, bank=text)
    outside = [tmp_path / "evil.toml", project / "evil.toml", bank / f"{'x' * 65}.toml"]
    for path in outside:
        put(path, issue("out"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    store = Store(bank, author="Ana")
    loaded = store.load()
    assert loaded.entries == ()
    told = [problem.message for problem in loaded.problems]
    assert sum(message.startswith("sections.") for message in told) == 1, told
    assert name not in {section.slug for section in loaded.schema.sections}
    assert name not in loaded.schema.kinds
    assert "mine" not in loaded.schema.kinds
    for kind in (name, "mine"):
        with pytest.raises(StoreError):
            store.add(kind, {"title": "x"})
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_t29_a_bank_that_is_a_link_is_read_and_written(run: Run, tmp_path: Path) -> None:
    real = make_bank_at(tmp_path / "real", {ISSUES: issue("a")})
    project = tmp_path / "p"
    project.mkdir()
    (project / "memory-bank").symlink_to(real)
    store = Store(project / "memory-bank", author="Ana")
    assert [entry.id for entry in store.load().entries] == ["a"]
    assert store.add("current-issues", {"title": "new"}).title == "new"
    store.archive(store.load().by_key["a"], "why")
    assert (real / ARCHIVED).exists()
    assert (project / "memory-bank").is_symlink()
    assert run("list", "--bank", str(project)).code == 0


def test_t29_an_archive_that_leads_elsewhere_is_not_written(tmp_path: Path) -> None:
    bank = make_bank_at(tmp_path / "p", {ISSUES: issue("a")})
    outside = tmp_path / "outside"
    outside.mkdir()
    (bank / "archive").symlink_to(outside)
    store = Store(bank, author="Ana")
    entry = store.load().by_key["a"]
    before = (bank / ISSUES).read_bytes()
    with pytest.raises(StoreError):
        store.archive(entry, "why")
    assert list(outside.iterdir()) == []
    assert (bank / ISSUES).read_bytes() == before


@pytest.mark.parametrize(
    "named", ["/dev/zero", "x" * 5000, "~nobody-of-this-name/x", "a\nb", "/proc/self/environ", ".."]
)
def test_t29_a_strange_name_of_a_bank_is_told(tmp_path: Path, named: str) -> None:
    for environ, given in (({"MBTUI_BANK": named}, None), ({}, named)):
        with pytest.raises((BankNotFoundError, OSError)):
            find_bank(given, personal=False, start=tmp_path, environ=environ)


def test_t29_a_pipe_as_the_bank(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "bank.toml")
    with pytest.raises(BankNotFoundError):
        find_bank(str(tmp_path / "bank.toml"), personal=False, start=tmp_path, environ={})
    store = Store(find_bank(str(tmp_path), personal=False, start=tmp_path, environ={}), author="A")
    within(AT_ONCE, store.load)
    assert "not a regular file" in store.bank.read_only


def test_t29_the_author_is_one_line_whoever_says_it(tmp_path: Path) -> None:
    for name, expected in (
        ("Ana\x1b]0;x\x07\u202e Lima\n", "Ana]0;x Lima"),
        ("\x1b\x07", None),
        ("x" * 5000, "x" * LONGEST_NAME),
        ("Ana \udcff", "Ana ?"),
        ("  A \t B ", "A B"),
    ):
        found = current_author({"MBTUI_AUTHOR": name, "LOGNAME": "ana", "PATH": ""}, tmp_path)
        assert found == (expected or "ana")
        assert is_safe(found)


def test_t29_a_git_configuration_that_never_ends(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, timeout=30)
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / ".git" / "config").open("a") as file:
        file.write(f"[include]\n\tpath = {tmp_path / 'pipe'}\n[user]\n\tname = evil\n")
    environ = {"PATH": os.environ["PATH"], "LOGNAME": "ana", "HOME": str(tmp_path)}
    start = time.monotonic()
    assert current_author(environ, tmp_path) in ("ana", "evil")
    assert time.monotonic() - start < 4 * AT_ONCE


class TestExcerpt:
    """The part of a file that is shown as it stands there."""

    def test_t29_strange_files_are_not_opened(self, tmp_path: Path) -> None:
        for make in STRANGE:
            path = tmp_path / make.__name__ / "bank" / "x.toml"
            path.parent.mkdir(parents=True)
            make(path)
            with pytest.raises(UnreadableError):
                excerpt(path, path.parent)
        with pytest.raises(UnreadableError, match="is not there"):
            excerpt(tmp_path / "none.toml", tmp_path)

    @pytest.mark.parametrize("ends", ["\n", "\r\n"])
    def test_t28_lines_around_a_place(self, tmp_path: Path, ends: str) -> None:
        path = tmp_path / "x.toml"
        lines = [f"line {n} " + "é漢🙂" * (n % 40) for n in range(1, 20_001)]
        path.write_text(ends.join(lines) + ends, newline="")
        for line in (0, 1, 2, 9_999, 20_000, 20_001, 99_999):
            found = excerpt(path, tmp_path, line, 3)
            assert found.first <= max(line, 1) or line > 20_000
            assert found.last >= min(line, 20_000)
            wanted = lines[found.first - 1 : found.last]
            assert [text for text in found.lines if text] == wanted
            assert sum(len(text.encode()) for text in found.lines) <= 2 * WINDOW
            assert found.cut_before is (found.first > 1)
            assert found.size == path.stat().st_size

    def test_t28_a_place_in_a_line_of_many_megabytes(self, tmp_path: Path) -> None:
        path = tmp_path / "x.toml"
        path.write_text("a = 1\nb = '" + "é" * 5_000_000 + "!" + "漢" * 2_000_000 + "'\nc = 3\n")
        column = len("b = '") + 5_000_000 + 1
        within(AT_ONCE, lambda: excerpt(path, tmp_path, 2, column))
        found = excerpt(path, tmp_path, 2, column)
        assert found.first == 2
        assert found.lines[0][column - 1 - found.offset] == "!"
        assert len(found.lines[0].encode()) <= 2 * WINDOW
        assert found.cut_before
        assert found.cut_behind

    def test_t28_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        path = tmp_path / "x.toml"
        path.write_bytes(b"\xef\xbb\xbfa = 1\n\xff\xfe\x00\x1b[2J caf\xe9\n" + b"\x80" * 500_000)
        found = excerpt(path, tmp_path, 2, 3)
        assert found.lines[0] == "a = 1"
        assert found.lines[1].encode("utf-8", "surrogateescape") == b"\xff\xfe\x00\x1b[2J caf\xe9"
        assert found.cut_behind
