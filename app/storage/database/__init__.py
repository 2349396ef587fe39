"""Engines, sessions, tables and migrations."""
