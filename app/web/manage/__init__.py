"""The pages of those who are signed in: benchmarks, keys, invitations, files."""
