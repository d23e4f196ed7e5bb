"""Sheets with a row a subject, a lead, an action, a warning or a post, most of them to be worked with."""
