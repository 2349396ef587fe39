"""The life of a benchmark: publish, update, revise, regrade, delete."""
