-- The periods in which a campaign was judged, oldest first.
SELECT period
FROM campaigns
WHERE campaign_id = $campaign_id
ORDER BY period
