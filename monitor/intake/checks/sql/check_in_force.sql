-- The figures in force, for check_figures.sql to read.
CREATE OR REPLACE TEMP VIEW check_row AS
SELECT * FROM check_force
