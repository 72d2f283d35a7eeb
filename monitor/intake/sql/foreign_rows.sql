-- Rows of a read file about other regions than the sender's. Parameters: path (of the staging Parquet), region_codes.
SELECT line, region_code FROM read_parquet($path) WHERE NOT list_contains($region_codes, region_code) ORDER BY line
