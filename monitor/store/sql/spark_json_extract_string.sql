-- What Spark calls otherwise, under the name that the texts use. Run on Spark alone, once a session.
CREATE TEMPORARY FUNCTION json_extract_string(document STRING, path STRING) RETURNS STRING
RETURN get_json_object(document, path)
