"""The life of a submission: grade, store, describe, withdraw."""
