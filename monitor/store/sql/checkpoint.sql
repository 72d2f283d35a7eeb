-- Write what the log of late writes holds into the file of the database, and let the log go.
CHECKPOINT
