-- Who is treated and who is held out in each campaign, by the run that planned it. Rows are added and never changed.
-- Made when it isn't there.
CREATE TABLE IF NOT EXISTS campaign_assignments (
    run_id VARCHAR,
    campaign_id VARCHAR,
    customer_id VARCHAR,
    stratum VARCHAR,
    side VARCHAR,
    branch VARCHAR,
    owner VARCHAR,
    expected_eva DOUBLE
)
