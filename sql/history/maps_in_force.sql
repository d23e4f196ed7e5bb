-- The newest map of each shape of sheet, of a subject; a forgotten one is empty.
SELECT shape, headers, map, source, remembered_at
FROM maps
WHERE subject = $subject
QUALIFY row_number() OVER (PARTITION BY shape ORDER BY remembered_at DESC, run_id DESC) = 1
