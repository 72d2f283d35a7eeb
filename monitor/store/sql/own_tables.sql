-- The tables of the file itself, by name; not those of a copy that is being made meanwhile.
SELECT table_name
FROM information_schema.tables
WHERE table_schema = 'main' AND table_catalog = current_database()
ORDER BY table_name
