"""The fast reader of .xlsx and .xlsb sheets."""
