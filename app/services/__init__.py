"""What Candor does: one verb a module. No HTTP and no SQL in here."""
