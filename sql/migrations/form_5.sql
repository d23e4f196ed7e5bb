-- departures: the table of those who left was called gone.
ALTER TABLE IF EXISTS gone RENAME TO departures
