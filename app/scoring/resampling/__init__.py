"""Bootstrap intervals and calibration tests."""
