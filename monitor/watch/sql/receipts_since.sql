-- How many files came since a moment, by verdict. $since.
SELECT verdict, COUNT(*) AS files FROM receipt WHERE received_at >= $since GROUP BY verdict ORDER BY verdict
