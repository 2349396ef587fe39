"""The demo: two generated benchmarks, marked as demo everywhere."""
