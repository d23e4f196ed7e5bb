"""An invented bank: its branches, its corporate customers over six months, and the faults of its exports."""
