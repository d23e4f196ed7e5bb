-- One statement a customer and fiscal year. Where there is a consolidated and a parent-company one, the consolidated counts.
SELECT
    customer_id,
    fiscal_year,
    operating_revenue,
    net_profit,
    cash,
    interest_bearing_debt,
    total_assets,
    coalesce(months, 12) AS months
FROM statements
QUALIFY row_number() OVER (PARTITION BY customer_id, fiscal_year ORDER BY consolidated DESC NULLS LAST) = 1
