"""The theorems of Kalai et al. (2025), applied to a submission."""
