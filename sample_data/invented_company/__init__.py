"""An invented maker of machines: its people, what they think of each other, and the faults of its talent export."""
