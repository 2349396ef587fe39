"""What the services keep in memory between requests."""
