"""What importers share: probing files, checking values, assembling the result."""
