"""Header rows and what each header means."""
