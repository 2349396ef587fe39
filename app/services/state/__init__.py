"""In-memory state shared by requests: caches and background jobs."""
