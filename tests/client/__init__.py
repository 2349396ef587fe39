"""The client distribution: importers, hooks, command."""
