-- The acceptances whose cells are to be carried now, as intake/sql/accept_carry.sql takes them.
-- Parameters: parallel lists submission_ids, replaced_ids.
CREATE TEMP TABLE chosen AS
SELECT unnest(CAST($submission_ids AS BIGINT[])) AS submission_id, unnest(CAST($replaced_ids AS BIGINT[])) AS replaced_id
