"""`mbtui log`: a day as a colleague reads it, and what can be asked of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mbtui.store.store import Store
from tests.cli.conftest import Run, Terminal
from tests.unit.log_repository import LogRepository

ISSUES = """\
[[current-issues]]
id = "7k2m9q4t"
title = "SQLite WAL hangs on NFS homes"
status = "open"
created = 2024-02-01T09:00:00Z
created_by = "Ana Lima"

[[current-issues]]
id = "hepw87nc"
title = "Pool exhausted after fork"
status = "open"
created = 2024-02-02T09:00:00Z
created_by = "Jonas Weber"

[[current-issues]]
id = "zzzz87nc"
title = "Flaky on Tuesdays"
created = 2024-02-03T09:00:00Z
created_by = "Ana Lima"
"""
DECISIONS = """\
[[architecture-decisions]]
id = "dddd1111"
title = "Async SQLAlchemy throughout"
status = "accepted"

[[architecture-decisions]]
id = "dddd2222"
title = "GraphQL for the portal"
status = "proposed"

[[architecture-decisions]]
id = "dddd3333"
title = "Sync sessions, one per request"
status = "accepted"
"""
THE_DAY = """\
Tuesday 5 March 2024
  17:05  Priya Costa   edited "Pool exhausted after a fork" (current-issues): title
  16:10  Jonas Weber   deleted "Flaky on Tuesdays" (current-issues) — the runner was it
  15:30  Ana Lima      superseded "Async SQLAlchemy throughout" (architecture-decisions) by \
"Sync sessions, one per request" — no gain that we could measure
  15:00  agent:claude  edited "Pool exhausted after fork" (current-issues): cause
  14:02  agent:claude  added 5 entries (test-coverage): "Webhooks", "Refunds" and 3 more
  13:15  Jonas Weber   marked "GraphQL for the portal" (architecture-decisions) rejected — five \
screens do not pay for it
  11:30  Jonas Weber   marked "Pool exhausted after fork" (current-issues) worked-around
  10:12  Ana Lima      archived "SQLite WAL hangs on NFS homes" (current-issues) — fixed by moving \
to Postgres
  09:40  Ana Lima      reviewed "Pool exhausted after fork" (current-issues)
  09:40  Ana Lima      edited "Pool exhausted after fork" (current-issues): workaround, tags
  08:50  Jonas Weber   added "Cut a release" (common-tasks)
"""


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LogRepository:
    """A repository on the morning of the day."""
    repo = LogRepository(tmp_path / "acme")
    (repo.folder / "known-issues.toml").write_text(ISSUES)
    (repo.folder / "project-context.toml").write_text(DECISIONS)
    repo.wait(days=-20)
    repo.commit()
    repo.wait(days=20)
    monkeypatch.chdir(repo.root)
    return repo


def work(repo: LogRepository, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """A working day of three people and an agent, each on a machine of their own."""

    def by(author: str, clock: str) -> Store:
        monkeypatch.setenv("XDG_STATE_HOME", str(home / author.partition(" ")[0]))
        repo.clock(clock)
        return repo.store(author)

    def of(store: Store, start: str) -> object:
        return store.bank.find(start)[0]

    jonas = by("Jonas Weber", "08:50")
    jonas.add("common-tasks", {"title": "Cut a release"})
    repo.commit("Jonas Weber")
    ana = by("Ana Lima", "09:10")
    ana.update(of(ana, "hepw"), {"workaround": "engine.dispose()"})  # type: ignore[arg-type]
    ana = by("Ana Lima", "09:40")
    ana.update(of(ana, "hepw"), {"tags": ["celery"]})  # type: ignore[arg-type]
    ana.review(of(ana, "hepw"))  # type: ignore[arg-type]
    ana = by("Ana Lima", "10:12")
    ana.archive(of(ana, "7k2m"), "fixed by moving to Postgres")  # type: ignore[arg-type]
    repo.clock("10:20")
    repo.commit()
    jonas = by("Jonas Weber", "11:30")
    jonas.update(of(jonas, "hepw"), {"status": "worked-around"})  # type: ignore[arg-type]
    repo.commit("Jonas Weber")
    ana = by("Ana Lima", "12:00")
    ana.delete(of(ana, "dddd2222"), "by accident")  # type: ignore[arg-type]
    ana.undo()
    jonas = by("Jonas Weber", "13:15")
    decision = of(jonas, "dddd2222")
    why = "five screens do not pay for it"
    jonas.update(decision, {"status": "rejected"}, reason=why)  # type: ignore[arg-type]
    claude = by("agent:claude", "14:02")
    for title in ("Payments", "Ledger", "Exports", "Webhooks", "Refunds"):
        claude.add("test-coverage", {"title": title, "id": f"c{ord(title[0]):07}"})
    claude = by("agent:claude", "15:00")
    claude.update(of(claude, "hepw"), {"cause": "sockets are shared"})  # type: ignore[arg-type]
    repo.clock("15:05")
    repo.commit("Jonas Weber")
    ana = by("Ana Lima", "15:30")
    old, new = of(ana, "dddd1111"), of(ana, "dddd3333")
    ana.supersede(old, new, "no gain that we could measure")  # type: ignore[arg-type]
    jonas = by("Jonas Weber", "16:10")
    jonas.delete(of(jonas, "zzzz"), "the runner was it")  # type: ignore[arg-type]
    repo.clock("16:30")
    repo.commit("Jonas Weber")
    repo.clock("17:05")
    repo.replace("Pool exhausted after fork", "Pool exhausted after a fork")
    repo.commit("Priya Costa")
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "Ana"))


def test_a_working_day_reads_like_a_story(
    run: Run, repo: LogRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(repo, monkeypatch, tmp_path)
    answer = run("log", "--since", "2024-03-05")
    assert answer.code == 0
    assert answer.out == THE_DAY


def test_what_can_be_asked(
    run: Run, repo: LogRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(repo, monkeypatch, tmp_path)

    def what(*words: str) -> list[str]:
        answer = run("log", *words, "--json")
        assert answer.code == (0 if answer.json["events"] else 1), answer.err
        return [f"{item['what']} {item['entry']}" for item in answer.json["events"]]

    assert what("7k2m") == ["archive 7k2m9q4t", "add 7k2m9q4t"]
    assert what("zzzz87nc") == ["delete zzzz87nc", "add zzzz87nc"]
    assert what("by:priya") == ["edit hepw87nc"]
    assert what("by:agent:claude", "in:current-issues") == ["edit hepw87nc"]
    assert what("postgres") == ["archive 7k2m9q4t", "add 7k2m9q4t"]
    assert what("-n", "2") == ["edit hepw87nc", "delete zzzz87nc"]
    assert what("status:rejected", "after:2024-03-05") == ["status dddd2222"]
    assert what("before:2024-02-02") == ["add 7k2m9q4t"]
    assert what("fork", "-celery", "--since", "2024-03-01") == []


def test_nothing_matching_is_1_and_an_empty_log_is_none(run: Run, project: Path) -> None:
    answer = run("log")
    assert (answer.code, answer.out) == (0, "")
    assert "nothing is in the log yet" in answer.err
    answer = run("log", "quux")
    assert (answer.code, answer.out) == (1, "")
    assert "nothing in the log matches" in answer.err
    assert run("log", "--since", "soon").code == 2
    (project / "memory-bank" / "known-issues.toml").write_text("[[x\n")
    answer = run("log")
    assert answer.code == 3
    assert "known-issues.toml:1" in answer.err


def test_by_entry_and_cut_for_a_terminal(
    run: Run, repo: LogRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(repo, monkeypatch, tmp_path)
    answer = run("log", "7k2m", "--by-entry")
    assert answer.out == (
        "SQLite WAL hangs on NFS homes  7k2m9q4t\n"
        "  2024-03-05  10:12  Ana Lima  archived — fixed by moving to Postgres\n"
        "  2024-02-01  09:00  Ana Lima  added\n"
    )
    stream = Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.setattr("shutil.get_terminal_size", lambda _: os.terminal_size((60, 24)))
    from mbtui.cli.main import main

    assert main(["log", "7k2m"]) == 0
    shown = stream.getvalue().replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
    rows = shown.splitlines()
    assert max(map(len, rows)) <= 60
    assert rows[2:4] == [
        f"{'':19}(current-issues) — fixed by moving to",
        f"{'':19}Postgres",
    ]


def test_reasons_from_the_shell(run: Run, store: Store, wal: str) -> None:
    decision = store.add("architecture-decisions", {"title": "SQLite"}).id
    assert run("edit", decision, "--status", "accepted", "--reason", "small").code == 0
    assert run("delete", wal, "--reason", "never true").code == 0
    told = {(e["what"], e["reason"]) for e in run("log", "--json").json["events"]}
    assert told >= {("delete", "never true"), ("status", "small")}


def test_text_of_the_bank_is_safe_to_show(run: Run, store: Store) -> None:
    entry = store.add("common-tasks", {"title": "a\x1b]52;c;x\x07b"})
    store.delete(entry, "why\x1b[31m")
    out = run("log").out
    assert "\x1b" not in out
    assert "\x07" not in out


def test_what_is_saved_in_bank_toml_is_no_event(run: Run, project: Path) -> None:
    store = Store(project / "memory-bank", author="Ana Lima")
    store.save_view("Open ones", "is:open")
    assert "views" not in run("log").out
    assert "Open ones" in (project / "memory-bank" / "bank.toml").read_text()
