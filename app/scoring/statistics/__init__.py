"""Means, intervals and resampling signs that the metrics build on."""
