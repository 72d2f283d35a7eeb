-- The records under the name that the questions ask for, each column in its declared type.
-- Filled in: columns (casts of checked names), files (quoted names of files), parted (true, false: columns come from the names of folders).
CREATE TEMP VIEW records AS
SELECT {columns}
FROM read_parquet([{files}], union_by_name = true, hive_partitioning = {parted}, hive_types_autocast = false)
