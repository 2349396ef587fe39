"""The JSON door: REST under /api/v1."""
