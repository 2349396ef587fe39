"""Two submissions beside each other: comparison, gate, baselines."""
