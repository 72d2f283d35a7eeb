-- The seal of one entry of the audit log; no row where it is not there. Parameters: seq.
SELECT mac FROM audit WHERE seq = $seq
