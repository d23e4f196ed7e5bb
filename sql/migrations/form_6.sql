-- attribution: kept as a row a run of rows, shown as a view (schemas/results.toml: packed). Rows stored before are runs of one:
-- they are passed through as they come, however many there are, and stay in their order.
CREATE SCHEMA IF NOT EXISTS packed;
CREATE TABLE IF NOT EXISTS attribution (
    subject VARCHAR,
    period VARCHAR,
    run_id VARCHAR,
    subject_id VARCHAR,
    benchmark VARCHAR,
    factor VARCHAR,
    share_raroc DOUBLE,
    share_eva DOUBLE,
    scope VARCHAR,
    subject_raroc DOUBLE,
    benchmark_raroc DOUBLE
);
ALTER TABLE attribution ADD COLUMN IF NOT EXISTS scope VARCHAR;
ALTER TABLE attribution ADD COLUMN IF NOT EXISTS subject_raroc DOUBLE;
ALTER TABLE attribution ADD COLUMN IF NOT EXISTS benchmark_raroc DOUBLE;
CREATE TABLE packed.attribution AS
SELECT * REPLACE ([share_raroc] AS share_raroc, [share_eva] AS share_eva) FROM attribution;
DROP TABLE attribution;
CREATE VIEW attribution AS
SELECT
    subject,
    period,
    run_id,
    subject_id,
    benchmark,
    unnest(string_split(factor, ',')) AS factor,
    unnest(share_raroc) AS share_raroc,
    unnest(share_eva) AS share_eva,
    scope,
    subject_raroc,
    benchmark_raroc
FROM packed.attribution
