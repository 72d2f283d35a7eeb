-- What type a figure over the declared table has. The expression was read word by word before (record_sql.py).
-- Filled in: expression, table.
DESCRIBE SELECT {expression} AS figure FROM {table}
