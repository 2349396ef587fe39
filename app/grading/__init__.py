"""Grading of answers: matchers, abstentions and verdicts. Pure, without I/O."""
