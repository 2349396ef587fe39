"""Bodies become typed columns here: JSON, NDJSON, CSV, Parquet, plain or compressed."""
