"""Submissions and benchmarks made from what tools and test sessions wrote."""
