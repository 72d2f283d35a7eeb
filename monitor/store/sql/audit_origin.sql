-- Which store it was at first, and is still after it was restored: the mac of its first entry; no row before that.
SELECT mac FROM audit WHERE seq = (SELECT MIN(seq) FROM audit)
