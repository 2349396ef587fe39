"""The catalogue of metrics: id, name, description, range, direction, formula and source of each."""
