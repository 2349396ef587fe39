"""Everything that knows SQL: tables, sessions, bulk writers, and queries by noun."""
