"""Sheets on where the figures come from: how columns were read, data quality, the method."""
