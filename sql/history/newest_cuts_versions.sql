-- The highest version of fitted cuts that any other period uses, a row a grid.
SELECT grid, max(version) AS version
FROM cuts
WHERE subject = $subject AND period <> $period
GROUP BY grid
ORDER BY grid
