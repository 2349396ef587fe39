"""The API reference and the catalogue of metrics."""
