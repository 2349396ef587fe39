"""The command `candor`: one file a family of commands, loaded when asked for."""
