"""Is the answer right? Matchers, abstentions and verdicts, pure and without I/O."""
