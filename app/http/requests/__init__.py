"""The JSON contract of requests: what a caller may say, unknown fields refused."""
