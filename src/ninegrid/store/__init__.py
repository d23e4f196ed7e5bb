"""DuckDB: joins in memory while a run is made, and the file in which periods live side by side."""
