-- The campaigns as they were planned last, in the order of their ids.
SELECT *
FROM campaign_plans
QUALIFY row_number() OVER (PARTITION BY campaign_id ORDER BY planned_at DESC, run_id DESC) = 1
ORDER BY campaign_id
