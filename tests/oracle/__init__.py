"""An independent recomputation of the grading, in plain Python. It shares no code with the engine."""
