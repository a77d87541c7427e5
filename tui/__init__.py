"""The operator's side: the terminal UI and the command line."""
