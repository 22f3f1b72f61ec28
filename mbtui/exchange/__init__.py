"""JSON out; Markdown in and out."""
