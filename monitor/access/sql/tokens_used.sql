-- When each token was used last, as the audit log has it: to the day, since a day's first use is noted. No parameters.
SELECT object, MAX("at") FROM audit WHERE action = 'token_used' GROUP BY object
