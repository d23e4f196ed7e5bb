-- Every institution a customer counts for: the one it is booked at (its sub-branch, else its branch) and all above it.
WITH RECURSIVE above AS (
    SELECT institution_id, institution_id AS ancestor_id FROM institutions
    UNION  -- and not UNION ALL: a tree that bites its tail must end too
    SELECT above.institution_id, institutions.parent_id
    FROM above
    INNER JOIN institutions ON institutions.institution_id = above.ancestor_id
    WHERE institutions.parent_id IN (SELECT institution_id FROM institutions)
),

named AS (
    SELECT above.institution_id, own.name, parent.name AS ancestor_name, parent.institution_id AS ancestor_id
    FROM above
    INNER JOIN institutions AS own ON own.institution_id = above.institution_id
    INNER JOIN institutions AS parent ON parent.institution_id = above.ancestor_id
),

-- A sub-branch's name may stand under several branches (营业部): only the one under the customer's own branch is meant.
-- Without a branch it has to be the only one of its name.
only_ones AS (
    SELECT name, any_value(institution_id) AS institution_id
    FROM institutions
    GROUP BY name
    HAVING count(*) = 1
),

booked AS (
    SELECT customers.customer_id, named.institution_id, 1 AS preference
    FROM customers
    INNER JOIN named
        ON customers.sub_branch IN (named.name, named.institution_id)
        AND customers.branch IN (named.ancestor_name, named.ancestor_id)
    UNION ALL
    SELECT customers.customer_id, only_ones.institution_id, 1
    FROM customers
    INNER JOIN only_ones ON only_ones.name = customers.sub_branch
    WHERE customers.branch IS NULL
    UNION ALL
    SELECT customers.customer_id, institutions.institution_id, 2
    FROM customers
    INNER JOIN institutions ON customers.branch IN (institutions.name, institutions.institution_id)
),

chosen AS (
    SELECT customer_id, institution_id
    FROM booked
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY preference, institution_id) = 1
)

SELECT chosen.customer_id, institutions.institution_id, institutions.name AS institution, institutions.level
FROM chosen
INNER JOIN above ON above.institution_id = chosen.institution_id
INNER JOIN institutions ON institutions.institution_id = above.ancestor_id
ORDER BY chosen.customer_id, institutions.institution_id
