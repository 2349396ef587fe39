"""Locks: what `make lock` writes, and whether a machine can install it without a compiler."""
