-- The elements of every campaign that was planned, and the period whose customers it was planned on. Rows are added and
-- never changed; of a campaign planned anew the last holds. Made when it isn't there.
CREATE TABLE IF NOT EXISTS campaign_plans (
    run_id VARCHAR,
    planned_at TIMESTAMP,
    base VARCHAR,
    campaign_id VARCHAR,
    name VARCHAR,
    metric VARCHAR,
    objective DOUBLE,
    starts DATE,
    ends DATE,
    owner VARCHAR,
    lever VARCHAR,
    control_share DOUBLE,
    win DOUBLE,
    meaning VARCHAR,
    budget DOUBLE,
    who VARCHAR,
    size BIGINT,
    never VARCHAR
)
