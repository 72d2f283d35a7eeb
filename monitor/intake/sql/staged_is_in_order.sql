-- Purpose: whether the staged rows stand in the order of the file, one on each line. Where not, they may all the same.
SELECT MIN(line - rowid) = MAX(line - rowid) FROM staged
