"""Scoring with abstention: metrics, intervals, comparisons and theory. Pure, without I/O."""
