"""The banks that the benchmarks measure on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mbtui.store.store import Store
from tests.bench.corpus import build_corpus_bank, made_up_records, main
from tests.unit.banks import text_of


def test_a_made_up_bank_has_the_shape_of_the_real_one(tmp_path: Path) -> None:
    folder = build_corpus_bank(tmp_path / "memory-bank", None, 1000)
    store = Store(folder, author="x")
    bank = store.load()
    assert len(bank.entries) == 1000
    assert bank.problems == ()
    assert len(list(folder.glob("*.toml"))) == 9
    assert 400 < len(bank.by_kind["current-issues"]) < 600
    for entries in bank.by_kind.values():
        found = [entry.id for entry in entries]
        assert found == sorted(found)
    again = build_corpus_bank(tmp_path / "again", None, 1000)
    assert text_of(Store(again, author="x")) == text_of(store)


def test_records_from_a_file_start_again_where_there_are_too_few(tmp_path: Path) -> None:
    source = tmp_path / "records.jsonl"
    records = made_up_records()
    source.write_text("".join(json.dumps(next(records)) + "\n" for _ in range(3)))
    main([str(tmp_path), "--source", str(source), "--entries", "7"])
    bank = Store(tmp_path / "memory-bank", author="x").load()
    assert len(bank.entries) == 7
    assert len({entry.title for entry in bank.entries}) == 3
    assert bank.problems == ()


def test_the_real_records(tmp_path: Path) -> None:
    source = os.environ.get("MBTUI_CORPUS")
    if not source:
        pytest.skip("MBTUI_CORPUS names no file of records")
    folder = build_corpus_bank(tmp_path / "memory-bank", Path(source), 10_017)
    bank = Store(folder, author="x").load()
    assert len(bank.entries) == 10_017
    assert bank.problems == ()
    assert 1_400_000 < (folder / "known-issues.toml").stat().st_size < 1_800_000
