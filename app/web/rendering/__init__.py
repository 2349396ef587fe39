"""Templates, numbers and untrusted text on pages."""
