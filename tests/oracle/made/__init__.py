"""Made populations: how many are compared where there is time. GRADE_POPULATIONS=100: a hundred of each kind."""

import os

MADE = range(int(os.environ.get("GRADE_POPULATIONS", "10")))
