-- The members of the campaigns as they were planned last, best first within each.
WITH newest AS (
    SELECT campaign_id, run_id
    FROM campaign_plans
    QUALIFY row_number() OVER (PARTITION BY campaign_id ORDER BY planned_at DESC, run_id DESC) = 1
)
SELECT members.campaign_id, customer_id AS subject_id, stratum, side, branch, owner, expected_eva
FROM campaign_assignments AS members
JOIN newest USING (campaign_id, run_id)
ORDER BY members.campaign_id, expected_eva DESC NULLS LAST, customer_id
