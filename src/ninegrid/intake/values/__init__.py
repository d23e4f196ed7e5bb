"""Cell texts to typed values: numbers, units, days, texts."""
