-- All that was said in reviews of campaigns, oldest first.
SELECT *
FROM campaign_review_log
ORDER BY read_at, run_id, campaign_id
