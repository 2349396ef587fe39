"""Logs of Inspect: `.eval` archives and JSON."""
