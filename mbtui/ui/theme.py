"""The colours of mbtui's own themes."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="mbtui-dark",
    primary="#7fb4ff",
    secondary="#8fd3c7",
    accent="#d7a65f",
    warning="#e5b567",
    error="#ff8a80",
    success="#a5d6a7",
    foreground="#e4e6eb",
    background="#16181b",
    surface="#1f2226",
    panel="#262a2f",
    dark=True,
    variables={
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#2f4a73",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": "#e4e6eb",
        "block-cursor-blurred-background": "#2d3138",
        "block-cursor-blurred-text-style": "none",
        "surface-lighten-1": "#2d3138",
    },
)
LIGHT = Theme(
    name="mbtui-light",
    primary="#1f5fbf",
    secondary="#0b6e63",
    accent="#7a4d00",
    warning="#7a4d00",
    error="#b3261e",
    success="#2e6b30",
    foreground="#1c1f24",
    background="#fbfbfa",
    surface="#efefec",
    panel="#e9e9e5",
    dark=False,
    variables={
        "block-cursor-foreground": "#10243f",
        "block-cursor-background": "#bcd6fb",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": "#1c1f24",
        "block-cursor-blurred-background": "#dfe3e8",
        "block-cursor-blurred-text-style": "none",
        "surface-lighten-1": "#e9ebee",
    },
)
ANSI = Theme(
    name="mbtui-ansi",
    ansi=True,
    primary="ansi_magenta",
    secondary="ansi_default",
    accent="ansi_magenta",
    warning="ansi_bright_red",
    error="ansi_bright_red",
    success="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "scrollbar": "ansi_default",
        "scrollbar-hover": "ansi_default",
        "scrollbar-active": "ansi_default",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "border": "ansi_default",
        "border-blurred": "ansi_default",
        "screen-selection-background": "ansi_default",
        "screen-selection-foreground": "ansi_default",
    },
)
"""For 16 colours on a background that may be dark or light.

Of those colours only magenta and bright red can be read on both; all else is bold, dim, underlined
or reversed.
"""
THEMES = (DARK, LIGHT, ANSI)
