"""Calibration tests by redrawing."""
