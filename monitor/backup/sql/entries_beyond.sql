-- How many entries the audit log has after one. Parameters: seq.
SELECT count(*) FROM audit WHERE seq > $seq
