-- One statement a customer and fiscal year. Where there is a consolidated and a parent-company one, the consolidated counts.
WITH known AS (
    SELECT
        customers.position,
        statements.fiscal_year,
        statements.operating_revenue,
        statements.net_profit,
        statements.cash,
        statements.interest_bearing_debt,
        statements.total_assets,
        coalesce(statements.months, 12) AS months,
        statements.consolidated
    FROM statements
    INNER JOIN customers ON customers.customer_id = statements.customer_id
),

-- Years with more than one are few: only these are ranked.
several AS (
    SELECT position, fiscal_year FROM known GROUP BY position, fiscal_year HAVING count(*) > 1
)

SELECT * EXCLUDE (consolidated)
FROM known
ANTI JOIN several ON several.position = known.position AND several.fiscal_year = known.fiscal_year
UNION ALL
SELECT * EXCLUDE (consolidated)
FROM known
SEMI JOIN several ON several.position = known.position AND several.fiscal_year = known.fiscal_year
QUALIFY row_number() OVER (PARTITION BY position, fiscal_year ORDER BY consolidated DESC NULLS LAST) = 1
