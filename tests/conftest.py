"""Property tests say what holds, not how fast: no deadline on machines that others use too."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
