-- Add entries to the audit log. Parameters: at, the moment of all; each other column as a JSON list of one length, in the
-- order of seq. As JSON: of a long list of texts every single one would be bound as a value, at twice the cost of the rest.
INSERT INTO audit (seq, "at", actor, action, object, detail, event_seq, event_sha256, before, after, mac)
SELECT unnest(from_json($seq, '["BIGINT"]')), $at, unnest(from_json($actor, '["VARCHAR"]')),
       unnest(from_json($action, '["VARCHAR"]')), unnest(from_json($object, '["VARCHAR"]')),
       unnest(from_json($detail, '["VARCHAR"]')), unnest(from_json($event_seq, '["BIGINT"]')),
       unnest(from_json($event_sha256, '["VARCHAR"]')), unnest(from_json($before, '["VARCHAR"]')),
       unnest(from_json($after, '["VARCHAR"]')), unnest(from_json($mac, '["VARCHAR"]'))
