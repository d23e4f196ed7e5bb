"""Property tests say what holds, not how fast: no deadline on machines that others use too."""

from hypothesis import settings

settings.register_profile("patient", deadline=None, max_examples=40)
settings.load_profile("patient")
