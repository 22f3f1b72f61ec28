"""The disk: find, read, splice, save, watch."""
