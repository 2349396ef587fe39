"""The JSON API: REST under /api/v1."""
