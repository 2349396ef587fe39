"""Measurements: what tests must not assert, as the machine may be busy."""
