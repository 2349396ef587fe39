"""Parsing of request bodies into typed columns: JSON, NDJSON, CSV, Parquet, compressed or not."""
