"""What is particular to enterprise customers: income, capital, RAROC, growth, groups and institutions."""
