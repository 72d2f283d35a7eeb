-- Add one mail with the next number and return that number; nothing where its key is there already.
-- Parameters: created_at (UTC), created_by, kind, region_code, submission_id, language, sender, recipients (JSON list),
-- subject, body, key.
INSERT INTO mail (mail_id, created_at, created_by, kind, region_code, submission_id, language, sender, recipients,
                  subject, body, key)
SELECT n.next_id, $created_at, $created_by, $kind, $region_code, $submission_id, $language, $sender, $recipients,
       $subject, $body, $key
FROM (SELECT coalesce(MAX(mail_id), 0) + 1 AS next_id FROM mail) AS n
WHERE NOT EXISTS (SELECT 1 FROM mail AS m WHERE m.key = $key)
RETURNING mail_id
