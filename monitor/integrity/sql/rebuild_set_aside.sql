-- Put every row of figures aside, so that they can be made again beside it. No parameters.
CREATE TABLE observation_kept AS SELECT * FROM observation
