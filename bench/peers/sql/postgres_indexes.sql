-- After loading. An observation is reached by its submission, a submission by its period.
ALTER TABLE submission ADD PRIMARY KEY (submission_id);
CREATE INDEX ON submission (period, region_code);
CREATE INDEX ON event (submission_id) WHERE action = 'accepted';
CREATE INDEX ON observation (submission_id, indicator_id)
