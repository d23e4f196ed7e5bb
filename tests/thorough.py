"""What takes long is tried where there is time for it: with GRADE_THOROUGH set, as continuous integration does."""

import os

import pytest

THOROUGH = bool(os.environ.get("GRADE_THOROUGH"))
thorough = pytest.mark.skipif(not THOROUGH, reason="takes long: set GRADE_THOROUGH")
