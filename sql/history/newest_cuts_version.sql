-- The highest version of fitted cuts that any other period uses; 0 when there is none.
SELECT coalesce(max(version), 0) AS version
FROM cuts
WHERE subject = $subject AND period <> $period
