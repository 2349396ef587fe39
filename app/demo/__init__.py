"""A first board: two benchmarks that Candor makes itself, marked as demo everywhere."""
