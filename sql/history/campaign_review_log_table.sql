-- Every row that people filled in on the review of a campaign, as it was read. Rows are added and never changed.
-- period: of the run that read it; as_of: of the workbook it stood in. Made when it isn't there.
CREATE TABLE IF NOT EXISTS campaign_review_log (
    run_id VARCHAR,
    period VARCHAR,
    campaign_id VARCHAR,
    keep VARCHAR,
    stop VARCHAR,
    change VARCHAR,
    as_of VARCHAR,
    file VARCHAR,
    cell VARCHAR,
    read_at TIMESTAMP
)
