"""What pages are built of: functions from an answer's parts and words to HTML components."""
