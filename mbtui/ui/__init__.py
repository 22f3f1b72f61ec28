"""The Textual app: everything that is drawn."""
