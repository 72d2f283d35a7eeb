-- Remember one migration. Parameters: number, name, applied_at (UTC).
INSERT INTO migration (number, name, applied_at) VALUES ($number, $name, $applied_at)
