"""No widget is given bank text that it could read as markup, and nothing opens links."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from mbtui.ui import app as app_module

UI = Path(app_module.__file__).parent


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(UI.parent.rglob("*.py")):
        yield str(path.relative_to(UI.parent)), ast.parse(path.read_text("utf-8"))


MARKUP = {"Static", "Label", "Button", "notify", "Checkbox", "Collapsible", "TabPane", "Markdown"}
MARKUP |= {"Option", "Select", "RadioButton", "Tooltip", "Placeholder", "Header", "Toast", "Digits"}
OURS = {"Option"}
"""Names of Textual's that mbtui gives to classes of its own, which draw plain text."""


def is_plain(argument: ast.expr) -> bool:
    """Whether an expression is a literal, or a call that makes styled text."""
    if isinstance(argument, ast.Constant):
        return True
    called = argument.func if isinstance(argument, ast.Call) else None
    name = ast.unparse(called) if called is not None else ""
    return name in {"Content", "Text"} or name.startswith(("Content.", "Text."))


def test_t31_no_widget_is_given_a_text_that_it_could_read_as_markup() -> None:
    wrong, checked = [], 0
    for name, tree in sources():
        imports_textual = any(
            isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual")
            for node in ast.walk(tree)
        )
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not imports_textual:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called not in MARKUP - OURS and not is_update_of_static(node):
                continue
            checked += 1
            markup = [k.value for k in node.keywords if k.arg == "markup"]
            off = bool(markup) and ast.unparse(markup[0]) == "False"
            given = [*node.args[:1], *(k.value for k in node.keywords if k.arg in ("title",))]
            if not off and not all(is_plain(argument) for argument in given):
                wrong.append(f"{name}:{node.lineno} {ast.unparse(node)}")
    assert checked > 15
    assert wrong == []


def is_update_of_static(node: ast.Call) -> bool:
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and "Static" in ast.unparse(node.func.value)
    )


BORDERS = {"border_title", "border_subtitle", "tooltip", "help", "placeholder"}


def test_t31_no_title_or_hint_is_set_that_is_read_as_markup() -> None:
    for name, tree in sources():
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else []
            named = {target.attr for target in targets if isinstance(target, ast.Attribute)}
            assert not named & (BORDERS - {"placeholder"}), f"{name}:{node}"


BROWSER = "ui/browser.py"
"""The one module that hands addresses to a browser; tests/ui/test_links.py tells which and when."""


def test_t32_nothing_can_open_a_link_or_run_what_a_bank_says() -> None:
    """No shell, no `eval`; processes are git, tmux, the user's own editor and browser."""
    runs = []
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                modules = [alias.name for alias in node.names]
                modules.append(getattr(node, "module", None) or "")
                barred = {"pty", "commands"} | ({"webbrowser"} if name != BROWSER else set())
                assert not barred & set(modules), name
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            assert called not in {"eval", "exec", "os.system", "os.popen", "__import__"}, name
            assert not called.startswith(("os.exec", "os.spawn", "os.startfile")), name
            assert not called.endswith(("open_url", "from_markup")), name
            assert not any(keyword.arg == "shell" for keyword in node.keywords), name
            if called.startswith("subprocess.") and called != "subprocess.list2cmdline":
                runs.append((name, ast.unparse(node.args[0])))
    allowed = {"store/author.py", "store/git.py", "store/git_setup.py", "ui/external.py"}
    allowed |= {"ui/keeper.py"}  # What it runs is a text of its own.
    assert {name for name, _ in runs} <= allowed | {"ui/clipboard.py", BROWSER}, runs
