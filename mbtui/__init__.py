"""mbtui: a terminal program for a team's memory bank."""

__version__ = "0.1.0"
