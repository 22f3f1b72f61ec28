"""Suspected secrets, and titles much like the new one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.hints import similar_titles, suspected_secret
from tests.unit.conftest import SCHEMA, MakeEntry, make_entry_in

# Put together here, so that no scanner takes this file for a leak.
LETTERS = "aB3" * 20


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("key AKIA" + "Q" * 16, "AWS access key"),
        ("ASIA" + "7Q" * 8, "AWS access key"),
        ("ghp_" + LETTERS[:36], "GitHub token"),
        ("token: gho_" + LETTERS[:40], "GitHub token"),
        ("github_pat_" + LETTERS[:30], "GitHub token"),
        ("sk-ant-api03-" + LETTERS[:40], "API key"),
        ("OPENAI_API_KEY=sk-" + LETTERS[:48], "API key"),
        ("xoxb-123456789012-" + LETTERS[:12], "Slack token"),
        ("sk_live_" + LETTERS[:24], "Stripe key"),
        ("npm_" + LETTERS[:36], "npm token"),
        ("eyJ" + LETTERS[:20] + ".eyJ" + LETTERS[:30] + "." + LETTERS[:20], "JSON web token"),
        ("-----BEGIN RSA PRIVATE " + "KEY-----\nMII", "private key"),
        ("-----BEGIN PRIVATE " + "KEY-----", "private key"),
        ("postgres://user:" + "pass@db.example.org/app", "password in a URL"),
        ("Authorization: Bearer " + LETTERS[:24], "bearer token"),
    ],
)
def test_secrets(text: str, name: str) -> None:
    assert suspected_secret(text) == name
    assert suspected_secret(f"some prose\nand {text}\nmore") == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the pool is exhausted after a fork",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "sha256 " + "ab12" * 16,
        "the sk-learn toggleable content label arrow",
        "sk-toggleable-content-label-arrow",
        "postgres://user:$PASSWORD@db/app",
        "postgres://user:{password}@db/app",
        "postgres://user:<password>@db/app",
        "https://example.org:8080/a@b",
        "http://localhost:8000",
        "ssh://git@github.com/x/y",
        "set AKIA as a prefix",
        "a Bearer token in the header",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "ghp_short",
        "npm_config_registry",
        "mail ana@example.org: hello",
    ],
)
def test_plain_prose_is_no_secret(text: str) -> None:
    assert suspected_secret(text) is None


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    suspected_secret(text)


@pytest.mark.parametrize(
    "part", ["://a:", "eyJ", "eyJ-", "sk-", "Bearer ", "xoxb-", "AKIA", "-----BEGIN "]
)
def test_a_long_text_does_not_take_for_ever(part: str) -> None:
    assert suspected_secret(part * (200_000 // len(part))) is None


def test_similar_titles(make_entry: MakeEntry) -> None:
    titles = [
        "Pool exhausted after fork",
        "Alembic autogenerate misses enums",
        "pool is exhausted after forking",
        "After the fork",
        "uvloop breaks asyncio.run debug",
    ]
    entries = [make_entry("current-issues", title=title) for title in titles]
    entries.append(make_entry("change-log", title="Pool exhausted after fork"))
    similar = similar_titles("The pool exhausted after fork!", entries)
    assert [entry.title for entry in similar] == [titles[0], titles[2]]
    assert similar_titles("Alembic misses enums", entries) == [entries[1]]
    assert similar_titles("Alembic autogenerate mises enums", entries) == [entries[1]]
    assert similar_titles("something else entirely", entries) == []
    assert similar_titles("", entries) == similar_titles("a b", entries) == []


def test_at_most_three_the_most_alike_first(make_entry: MakeEntry) -> None:
    entries = [make_entry("data-flow", title=f"Queue stalls on node {n}") for n in range(9)]
    entries.append(make_entry("data-flow", title="Queue stalls on a node"))
    similar = similar_titles("queue stalls on a node", entries)
    assert len(similar) == 3
    assert similar[0] is entries[-1]


@given(st.text(), st.lists(st.text(), max_size=4))
def test_any_titles_can_be_compared(title: str, others: list[str]) -> None:
    entries = [make_entry_in(SCHEMA, "data-flow", title=other) for other in others]
    assert set(similar_titles(title, entries)) <= set(entries)
