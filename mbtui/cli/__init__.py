"""The shell commands. Nothing here imports Textual but the command that opens the program."""
