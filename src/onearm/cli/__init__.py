"""The command line: starts everything, prints words and JSON, turns errors into exit codes."""
