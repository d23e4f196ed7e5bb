"""What makes cells, sheet XML, notes and the zip package of a workbook."""
