-- The newest version of the cuts fitted under a definition; none when the period in question fitted its own.
WITH fitted AS (
    SELECT * FROM cuts WHERE subject = $subject AND signature = $signature
)

SELECT DISTINCT
    grid,
    axis,
    peer_group,
    method,
    low_cut,
    high_cut,
    n,
    CASE WHEN status IN ('GIVEN', 'FEW_PEERS') THEN status ELSE 'REUSED' END AS status,
    version,
    fitted_period
FROM fitted
WHERE
    version = (SELECT max(version) FROM fitted)
    AND status <> 'NEW_PEERS'
    AND low_cut IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM fitted WHERE period = $period AND fitted_period = $period)
ORDER BY grid, axis, peer_group
