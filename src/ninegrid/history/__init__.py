"""What earlier periods say: the period before, warnings tested against what followed, the ledger of runs."""
