-- What the audit log says of the backups that were made of this store: details (JSON).
SELECT detail FROM audit WHERE action = 'backed_up'
