"""Style sheets that are parsed once a process and not once an app: a sixth of opening one."""

from __future__ import annotations

from typing import Any

from textual.css.stylesheet import Stylesheet

_parsed: dict[Any, Any] = {}
_parse = Stylesheet._parse_rules


def _parse_once(sheet: Stylesheet, css: str, *more: Any, **named: Any) -> Any:
    variables = frozenset(sheet._variables.items())
    key = variables, css, more, tuple(named.items())
    if key not in _parsed:
        _parsed[key] = _parse(sheet, css, *more, **named)
    return _parsed[key]


def share_parsed_styles() -> None:
    """Let all apps of this process share what was parsed with the same variables."""
    Stylesheet._parse_rules = _parse_once  # type: ignore[method-assign]
