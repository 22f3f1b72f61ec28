r"""The one place that makes strangers' text safe to show.

Bank text may hold escape sequences, C1 controls and bidi overrides (TOML allows them as `\u`
escapes). Whatever leaves for a terminal, a log or an error message passes through here first.
"""

from __future__ import annotations

import re

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_INVISIBLE = r"\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_SURROGATES = "\ud800-\udfff"
_UNSAFE = f"[{_CONTROLS}{_INVISIBLE}{_SURROGATES}\U000e0000-\U000e007f]"
_UNSAFE_LINE = f"[\t\n{_CONTROLS}{_INVISIBLE}{_SURROGATES}\U000e0000-\U000e007f]+"
_TERMINAL_UNSAFE = f"[{_CONTROLS}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069{_SURROGATES}]"
# Patterns stay texts until they are needed: compiling them takes longer than a plain line needs.
TAB = "    "


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code < 0xA0:
        return f"⟨{code:02X}⟩"
    return f"⟨U+{code:04X}⟩"


def is_safe(text: str) -> bool:
    """Whether `text` can be shown as it is (newlines and tabs count as safe)."""
    return re.search(_UNSAFE, text) is None


def safe_text(text: str) -> str:
    """Text of several lines that no terminal acts on: newlines stay, tabs become four spaces.

    C0 controls become control pictures (`␛`), the rest a token such as `⟨U+202E⟩`.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if re.search(_UNSAFE, text):
        text = re.sub(_UNSAFE, _visible, text)
    return text.replace("\t", TAB) if "\t" in text else text


def safe_line(text: str) -> str:
    """The same for one line: runs of newlines and tabs become one space."""
    if text.isascii() and text.isprintable():
        return text
    if re.search(_UNSAFE_LINE, text) is None:
        return text
    return re.sub(_UNSAFE, _visible, re.sub(r"[\r\n\t]+", " ", text)).strip()


def strip_unsafe(text: str) -> str:
    """Text with every code point removed that could steer a terminal; the last net before output.

    Each of them has cell width 0, so a drawn layout keeps its columns.
    """
    return re.sub(_TERMINAL_UNSAFE, "", text)
