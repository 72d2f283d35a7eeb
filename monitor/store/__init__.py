"""What is known, and since when: one DuckDB file, its migrations and the one function through which all rooms ask."""
