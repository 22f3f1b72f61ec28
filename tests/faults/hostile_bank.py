"""A bank in which every text is hostile, wherever a bank can hold text.

`TEXTS` are the ways in which a text can hurt, by name. `make_hostile_bank` writes one text, or all
of them joined, into every place of a bank. `acting` finds what of it reached an output.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from mbtui.store.toml_write import toml_key, toml_string

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

TEXTS: Mapping[str, str] = {
    "clipboard": "\x1b]52;c;RVZJTA==\x07 \x1b]52;c;?\x1b\\",
    "window title": "\x1b]0;owned\x07 \x1b]2;owned\x1b\\",
    "hyperlink": "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "unfinished": "\x1b]0;it never ends",
    "csi": "\x1b[31mred\x1b[2J\x1b[H\x1b[6n\x1b[?1049l\x1b[5i\x1b[>c",
    "strings": "\x1bPq#0\x1b\\ \x1bP+q544e\x1b\\ \x1b_Gi=1\x1b\\ \x1b^pm\x1b\\ \x1bX\x1b\\ \x1bc",
    "c0": "".join(map(chr, (*range(9), *range(14, 32), 127))),
    "c1": "".join(map(chr, range(0x80, 0xA0))) + "\x9b6n\x9d0;owned\x9c\x90q\x9c",
    "bidi": f"{_BIDI} \u202eflipped\u202c \u2066\u2067x",
    "zero width": "a\u200bb\u200c\u200dc\u2060\u2061\u180e\ufeff\u00ad\u034fd",
    "selectors": "e" + "\ufe0f\ufe0e" * 20 + "".join(chr(0xE0100 + n) for n in range(32)),
    "tag letters": "".join(chr(0xE0000 + ord(c)) for c in "rm -rf") + "\ufff9a\ufffab\ufffb",
    "flood of marks": "Z" + "\u0335" * 1000 + " ส" + "็" * 40,
    "emoji": "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇫🇮👍🏽❤️" + "👩‍" * 30,
    "line ends": "tab\there\r\nnext\x0bline\x0cform\u2028sep\u2029par\x85nel\rreturn",
    "right to left": "שלום עולם العربية لا",
    "no blanks": "x" * 8_000,
    "wide": "漢" * 300,
    "markup": (
        "[/] [/nope] [@click=app.quit]X[/] [@click=screen.dismiss]Y[/] [b]bold[/b] [red on blue"
        " [link=file:///etc/passwd]l[/link] [@click=app.simulate_key('q')]Z[/] a[i] [[ \\["
    ),
    "links": "[x](file:///etc/passwd) <javascript:alert(1)> http://evil.example ms-word:ofe",
    "css": "Static { display: none; } #footer { color: red } $primary",
    "shell": "$(touch owned) `touch owned` ; touch owned | touch owned > owned && touch owned",
    "formats": "{} {0} {0.__class__} %s %(x)s %n ${HOME} {{x}} \\u001b \\x1b \\N{BELL}",
    "pattern": "(a+)+$ " + "a" * 60 + "! [a-z]{1000}",
    "toml": '"""\n[[current-issues]]\ntitle = "no"\n\'\'\' # x\n',
    "merge": "<<<<<<< HEAD\n=======\n>>>>>>> theirs",
}
"""Each way in which a text can hurt whoever shows it."""

EVERYTHING = " ".join(text for name, text in TEXTS.items() if name != "no blanks")

NAME = "ev\x1b]0;owned\x07\u202e\x9b6n [/][@click=app.quit]X[/] $(touch owned) il"
"""A text that can be the name of a file or folder."""

ACTS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
    "|[\u0300-\u036f\u0e47\ufe00-\ufe0f\U000e0100-\U000e01ef]{9}"
)


def acting(text: str) -> str:
    """The first part of an output that could act on a terminal, with what stands around it."""
    found = ACTS.search(text)
    return repr(text[max(0, found.start() - 30) : found.end() + 10]) if found else ""


def hostile_entry(kind: str, identity: str, text: str, *, archived: bool = False) -> str:
    """An entry with a text in every field, and as a key of its own."""
    value = toml_string(text)
    names = (
        *("title", "status", "severity", "owner", "issue", "cause", "workaround", "ticket"),
        *("result", "pick", "created_by", "updated_by", "reviewed_by", "review_in", "source"),
    )
    lines = [f"[[{toml_key(kind)}]]"]
    if identity:
        lines.append(f"id = {toml_string(identity)}")
    lines += [f"{name} = {value}" for name in names]
    lines += [f"{name} = [{value}, {toml_string('b')}]" for name in ("tags", "paths", "links")]
    lines += ["updated = 2026-01-02T03:04:05Z", f"checked = {{ {toml_key(text)} = {value} }}"]
    lines.append(f"{toml_key(text)} = {{ {toml_key(text)} = [{value}] }}")
    if archived:
        lines.append(f"archived = {{ at = {value}, by = {value}, reason = {value} }}")
    return "\n".join([*lines, "", ""])


def hostile_bank_toml(text: str) -> str:
    """A `bank.toml` with a text as name, title, purpose, view, section, kind, field, hint, choice.

    The kind is `evil-kind` in the section `theirs`.
    """
    value, key = toml_string(text), toml_key(text)
    return (
        f"format = 1\nname = {value}\ntitle = {value}\npurpose = {value}\n"
        f"[review]\nevery = {value}\n[capture]\nkind = {value}\n"
        f"[views]\n{key} = {toml_string('in:known-issues ' + text[:40])}\n"
        f'"Open" = "in:current-issues"\n'
        f'[sections.theirs]\ntitle = {value}\nafter = "known-issues"\n'
        f"[sections.{key}]\ntitle = {value}\n"
        f'[kinds.evil-kind]\nsection = "theirs"\ntitle = {value}\nhints = [{value}]\n'
        f'statuses = [{value}, "[/]"]\nclosed = [{value}]\n'
        f'fields.result = {{ type = "number", hint = {value} }}\n'
        f'fields.pick = {{ type = "choice", choices = [{value}, "b"], hint = {value} }}\n'
        f"fields.{key} = {{ hint = {value} }}\n"
        f"[kinds.{key}]\nsection = {value}\n"
    )


def make_hostile_bank(
    project: Path, text: str = EVERYTHING, *, broken: bool = True, branch: bool = True
) -> Path:
    """A project folder whose bank holds `text` everywhere; the bank's folder.

    Three live entries of known kinds (`aaaaaaaa`, one whose id is the text, one without an id),
    one of the bank's own kind (`dddddddd`), one of an unknown kind, an archived one (`cccccccc`).
    With `broken`, also files that cannot be read: hostile names in what is wrong, bytes that are
    no text, a link to elsewhere, a pipe.
    """
    folder = project / "memory-bank"
    (folder / "archive").mkdir(parents=True)
    if branch:
        (project / ".git").mkdir()
        head = NAME.replace(" ", "")
        (project / ".git" / "HEAD").write_text(f"ref: refs/heads/{head}\n", "utf-8")
    put(folder / "bank.toml", hostile_bank_toml(text))
    entries = [("current-issues", "aaaaaaaa"), ("current-issues", text), ("current-issues", "")]
    entries += [(text, "bbbbbbbb")]
    put(folder / "known-issues.toml", "".join(hostile_entry(*e, text) for e in entries))
    put(folder / "theirs.toml", hostile_entry("evil-kind", "dddddddd", text))
    information = f"[project-information]\npurpose = {toml_string(text)}\n"
    put(folder / "project-context.toml", information)
    archived = hostile_entry("current-issues", "cccccccc", text, archived=True)
    put(folder / "archive" / "known-issues.toml", archived)
    if broken:
        key = toml_key(text[:2000])
        put(folder / "testing-notes.toml", f"{key} = 1\n{key} = 2\n")
        (folder / "team-knowledge.toml").write_bytes(b"\xff\xfe\x1b]0;owned\x07\x9b6n\n" * 9)
        (folder / "code-patterns.toml").symlink_to("/dev/zero")
        os.mkfifo(folder / "deployment-notes.toml")
        put(folder / f"{NAME.replace('/', '')}.toml", "x = 1\n")
    return folder


def make_bank_of_texts(project: Path) -> Path:
    """A bank with one entry for each of `TEXTS`, its id the text's name without blanks."""
    folder = project / "memory-bank"
    folder.mkdir(parents=True)
    put(folder / "bank.toml", hostile_bank_toml("plain"))
    entries = (
        hostile_entry("current-issues", name.replace(" ", "-"), text)
        for name, text in TEXTS.items()
    )
    put(folder / "known-issues.toml", "".join(entries))
    return folder


def put(path: Path, text: str) -> None:
    """Write a text as it is."""
    path.write_text(text, "utf-8", newline="")
