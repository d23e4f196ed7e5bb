-- What every run of grade customers has judged of campaigns, oldest period first.
SELECT * EXCLUDE (subject, run_id)
FROM campaigns
ORDER BY campaign_id, period
