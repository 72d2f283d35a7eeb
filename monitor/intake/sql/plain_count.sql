-- Purpose: how many rows were read, of a file that is plain in form.
SELECT COUNT(*) FROM cells
