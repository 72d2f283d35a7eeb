-- Take away what was put aside. No parameters.
DROP TABLE observation_kept
