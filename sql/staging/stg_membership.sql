-- The group of each customer, in the customers' order: from the groups relation, else from the customer's own row.
SELECT
    coalesce(groups.group_id, customers.group_id) AS group_id,
    coalesce(groups.group_name, customers.group_name) AS group_name
FROM customers
LEFT JOIN groups ON groups.customer_id = customers.customer_id
ORDER BY customers.position
