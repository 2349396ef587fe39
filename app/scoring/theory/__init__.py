"""What the theorems of Kalai et al. (2025) say of a submission."""
