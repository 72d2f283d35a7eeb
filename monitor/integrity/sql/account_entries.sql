-- Versions of accounts that are not as the audit log says they were made, and entries of versions that are not there: who
-- made it, role, scope and standing; the first entry of an account is of its version 1. No parameters.
SELECT concat('account:', CAST(coalesce(a.account_id, e.account_id) AS VARCHAR), ' version ',
              CAST(coalesce(a.version, e.version) AS VARCHAR)) AS what
FROM account AS a
FULL JOIN (
    SELECT CAST(substr(object, 9) AS BIGINT) AS account_id, actor,
           CASE WHEN action = 'account_added' THEN CAST(detail AS JSON) ELSE json_extract(detail, '$.to') END AS said,
           ROW_NUMBER() OVER (PARTITION BY object ORDER BY seq) AS version
    FROM audit
    WHERE action IN ('account_added', 'account_changed', 'account_disabled', 'account_enabled')
      AND object LIKE 'account:%'
) AS e ON e.account_id = a.account_id AND e.version = a.version
WHERE a.account_id IS NULL OR e.account_id IS NULL
   OR e.actor <> a.made_by
   OR json_extract_string(e.said, '$.login') IS DISTINCT FROM a.login
   OR json_extract_string(e.said, '$.name') IS DISTINCT FROM a.name
   OR json_extract_string(e.said, '$.role') IS DISTINCT FROM a.role
   OR CAST(json_extract_string(e.said, '$.disabled') AS BOOLEAN) IS DISTINCT FROM a.disabled
   OR nullif(CAST(json_extract(e.said, '$.regions') AS VARCHAR), 'null')
      IS DISTINCT FROM CAST(json_extract(a.regions, '$') AS VARCHAR)
   OR nullif(CAST(json_extract(e.said, '$.indicators') AS VARCHAR), 'null')
      IS DISTINCT FROM CAST(json_extract(a.indicators, '$') AS VARCHAR)
   OR nullif(CAST(json_extract(e.said, '$.departments') AS VARCHAR), 'null')
      IS DISTINCT FROM CAST(json_extract(a.departments, '$') AS VARCHAR)
ORDER BY what
