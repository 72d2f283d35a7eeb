-- How much memory the database takes by itself: four fifths of what the machine or its container has, such as
-- '18.8 GiB'. No parameters.
SELECT current_setting('memory_limit')
