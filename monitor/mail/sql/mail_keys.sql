-- The keys of all mails made since T. Parameters: since (UTC).
SELECT m.key FROM mail AS m WHERE m.created_at >= $since
