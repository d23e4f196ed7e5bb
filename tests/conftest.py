"""Property tests say what holds, not how fast: no deadline on machines that others use too."""

import os

from hypothesis import settings

# The frames of tests are small and several tests run at once: threads within one would only be in each other's way.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

settings.register_profile("patient", deadline=None, max_examples=10)
settings.load_profile("patient")
