"""An invented bank: its branches, its corporate customers over two months, and the faults of its exports."""
