-- The one submission to accept, and the one it replaces (null = none). Parameters: submission_id, replaced_id.
CREATE TEMP TABLE chosen AS
SELECT CAST($submission_id AS BIGINT) AS submission_id, CAST($replaced_id AS BIGINT) AS replaced_id,
       CAST(NULL AS TIMESTAMP) AS decided_at, CAST(NULL AS VARCHAR) AS decider, CAST(NULL AS BOOLEAN) AS estimated
