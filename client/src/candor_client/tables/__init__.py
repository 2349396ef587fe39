"""Rows from lists, columns, data frames, Arrow tables and Parquet files."""
