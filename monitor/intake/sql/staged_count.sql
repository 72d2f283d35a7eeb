-- Purpose: how many rows are staged.
SELECT COUNT(*) FROM staged
