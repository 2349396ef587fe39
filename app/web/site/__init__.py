"""Pages about the service: benchmarks, how scoring works, the client."""
