"""Workbooks that are one text of markup: HTML, MHTML, XML Spreadsheet 2003, OpenDocument."""
