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
    background="#14171c",
    surface="#1d2128",
    panel="#232831",
    dark=True,
    variables={
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#2f4a73",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": "#e4e6eb",
        "block-cursor-blurred-background": "#2a303b",
        "block-cursor-blurred-text-style": "none",
        "surface-lighten-1": "#2a303b",
    },
)
LIGHT = Theme(
    name="mbtui-light",
    primary="#1f5fbf",
    secondary="#0b6e63",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#b3261e",
    success="#2e6b30",
    foreground="#1c1f24",
    background="#fbfbfa",
    surface="#efefec",
    panel="#e6e6e2",
    dark=False,
    variables={
        "block-cursor-foreground": "#10243f",
        "block-cursor-background": "#bcd6fb",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": "#1c1f24",
        "block-cursor-blurred-background": "#dfe3e8",
        "block-cursor-blurred-text-style": "none",
        "surface-lighten-1": "#e0e4ea",
    },
)
THEMES = (DARK, LIGHT)
