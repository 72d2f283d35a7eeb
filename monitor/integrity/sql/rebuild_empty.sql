-- Take every row of figures away from a copy in which they were put aside. No parameters.
DELETE FROM observation
