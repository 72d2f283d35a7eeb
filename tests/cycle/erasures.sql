-- What the audit log says of erased people, in order.
SELECT actor, object, detail, before, "after" FROM audit WHERE action = 'people_erased' ORDER BY seq
