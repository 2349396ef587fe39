"""The pages of a submission and of one of its items."""
