r"""The one place that makes strangers' text safe to show.

Bank text may hold escape sequences, C1 controls and bidi overrides (TOML allows them as `\u`
escapes). Whatever leaves for a terminal, a log or an error message passes through here first.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_INVISIBLE = (
    r"\xad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
)
_SURROGATES = "\ud800-\udfff"
_HIDDEN = f"{_CONTROLS}{_INVISIBLE}{_SURROGATES}\U0001d173-\U0001d17a\U000e0000-\U000e007f"
_MARKS = (  # Blocks with combining marks, joiners and variation selectors; letters among them.
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u06d6-\u06ed\u0711-\u074a"
    r"\u07a6-\u109d\u135d-\u135f\u1712-\u1cf9\u1dc0-\u1dff\u200c\u200d\u20d0-\u20f0\u2cef-\u2cf1"
    r"\u2d7f-\u2dff\u302a-\u302f\u3099\u309a\ua66f-\uabed\ufb1e\ufe00-\ufe2f"
    "\U00010000-\U0010ffff"
)
_MOST_MARKS = 8
"""Letters stacked with marks draw over the lines around; no script needs more than a few."""
_FLOOD = f"[{_MARKS}][{_MARKS}]{{{_MOST_MARKS},}}"
_UNSAFE = f"[{_HIDDEN}]"
_UNSAFE_LINE = f"[\t\n{_HIDDEN}]"
_TERMINAL_UNSAFE = f"[{_CONTROLS}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069{_SURROGATES}]"
_OWN_OR_UNSAFE = rf"(\x1b\[[012]m)|{_TERMINAL_UNSAFE}"
# Patterns stay texts until they are needed: compiling them takes longer than a plain line needs.
TAB = "    "
_ascii = False


def use_ascii_marks(wanted: bool) -> None:
    """Write what cannot be shown as `^[` and `<U+202E>` from now on, or as `␛` and `⟨U+202E⟩`."""
    global _ascii
    _ascii = wanted


def bracketed(text: str) -> str:
    """A mark that stands for what cannot be shown: `⟨9B⟩`, or in ASCII `<9B>`."""
    return f"<{text}>" if _ascii else f"⟨{text}⟩"


def _visible(text: str) -> str:
    if len(text) > 1:
        return bracketed(f"+{len(text)} marks")
    code = ord(text)
    if code < 0x20 or code == 0x7F:
        if _ascii:
            return f"^{chr(code ^ 0x40)}"
        return "␡" if code == 0x7F else chr(0x2400 + code)
    return bracketed(f"{code:02X}" if code < 0xA0 else f"U+{code:04X}")


def replace_unsafe(text: str, replacement: Callable[[str], str]) -> str:
    """`text` with each part replaced that cannot be shown as it is.

    A part is one code point, or the marks that are too many on one letter.
    """
    if _may_flood(text):
        text = re.sub(_FLOOD, lambda match: _thinned(match.group(), replacement), text)
    return re.sub(_UNSAFE, lambda match: replacement(match.group()), text)


def _thinned(part: str, replacement: Callable[[str], str]) -> str:
    """A text with at most 8 marks in a row."""
    import unicodedata
    from itertools import groupby

    def is_mark(char: str) -> bool:
        return unicodedata.category(char) in ("Mn", "Me", "Cf")

    runs = ((marks, "".join(run)) for marks, run in groupby(part, key=is_mark))
    return "".join(_limited(run, replacement) if marks else run for marks, run in runs)


def _limited(run: str, replacement: Callable[[str], str]) -> str:
    extra = run[_MOST_MARKS:]
    return run[:_MOST_MARKS] + replacement(extra) if extra else run


def _may_flood(text: str) -> bool:
    return not text.isascii() and len(text) > _MOST_MARKS and bool(re.search(_FLOOD, text))


def _has_flood(text: str) -> bool:
    return _may_flood(text) and any(
        _thinned(part, lambda _: "") != part for part in re.findall(_FLOOD, text)
    )


def is_safe(text: str) -> bool:
    """Whether `text` can be shown as it is (newlines and tabs count as safe)."""
    if text.isascii() and text.isprintable():
        return True
    return re.search(_UNSAFE, text) is None and not _has_flood(text)


def safe_text(text: str) -> str:
    """Text of several lines that no terminal acts on: newlines stay, tabs become four spaces.

    C0 controls become control pictures (`␛`), the rest a token such as `⟨U+202E⟩`; of more than
    8 marks on one letter, the others are counted.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if re.search(_UNSAFE, text) or _may_flood(text):
        text = replace_unsafe(text, _visible)
    return text.replace("\t", TAB) if "\t" in text else text


def safe_line(text: str) -> str:
    """The same for one line: runs of newlines and tabs become one space."""
    if text.isascii() and text.isprintable():
        return text
    if re.search(_UNSAFE_LINE, text) is None and not _may_flood(text):
        return text
    return replace_unsafe(re.sub(r"[\r\n\t]+", " ", text), _visible).strip()


def strip_unsafe(text: str) -> str:
    """Text with every code point removed that could steer a terminal; the last net before output.

    Each of them has cell width 0, so a drawn layout keeps its columns.
    """
    return re.sub(_TERMINAL_UNSAFE, "", text)


def strip_unsafe_but_styles(text: str) -> str:
    """The same for text with the program's own codes for bold, dim and plain, which stay."""
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_OWN_OR_UNSAFE, lambda match: match.group(1) or "", text)
