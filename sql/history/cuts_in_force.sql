-- The newest cuts that were fitted for each grid and definition. Those that the period in question fitted itself are OWN:
-- its data may have been corrected since, and the run says so, but the cuts stay until they are refitted on purpose.
SELECT DISTINCT
    * EXCLUDE (subject, period, run_id) REPLACE (
        CASE
            WHEN status IN ('GIVEN', 'FEW_PEERS') THEN status
            WHEN fitted_period = $period THEN 'OWN'
            ELSE 'REUSED'
        END AS status
    )
FROM cuts
WHERE subject = $subject AND status <> 'NEW_PEERS' AND low_cut IS NOT NULL
QUALIFY version = max(version) OVER (PARTITION BY grid, signature)
ORDER BY grid, axis, peer_group
