-- A series over its last `growth_window` fiscal years, counted from its own latest year: both ends and the year after the first.
WITH recent AS (
    SELECT *
    FROM stg_series
    WHERE value IS NOT NULL
    QUALIFY fiscal_year > max(fiscal_year) OVER (PARTITION BY customer_id, series) - (SELECT growth_window FROM parameters)
),

ranked AS (
    SELECT *, row_number() OVER (PARTITION BY customer_id, series ORDER BY fiscal_year) AS position
    FROM recent
)

SELECT
    customer_id,
    series,
    count(*) AS years,
    min(fiscal_year) AS first_year,
    max(fiscal_year) AS last_year,
    max_by(months, fiscal_year) AS last_months,
    min_by(value, fiscal_year) AS first_value,
    max_by(value, fiscal_year) AS last_value,
    CASE WHEN count(*) > 2 THEN max(value) FILTER (WHERE position = 2) END AS middle_value
FROM ranked
GROUP BY customer_id, series
