"""Properties are timed by nobody: a busy machine must not fail a law."""

import os

from hypothesis import settings

settings.register_profile(
    "untimed", deadline=None, max_examples=int(os.environ.get("CANDOR_EXAMPLES", "100"))
)
settings.load_profile("untimed")
