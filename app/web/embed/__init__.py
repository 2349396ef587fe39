"""Badges, charts and pictures to embed elsewhere, as SVG."""
