-- The numbers of the migrations this store has been through.
SELECT number FROM migration ORDER BY number
