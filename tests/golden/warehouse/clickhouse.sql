-- quiet
WITH "buy_ever" AS (
  SELECT
    "seen"."customer" AS "who",
    MAX("seen"."at") AS "latest"
  FROM "buy" AS "seen"
  WHERE
    "seen"."at" <= 1521504000000000
  GROUP BY
    "seen"."customer"
)
SELECT
  "asked"."customer"
FROM "customers" AS "asked"
LEFT JOIN "buy_ever"
  ON "buy_ever"."who" = "asked"."customer"
WHERE
  COALESCE("buy_ever"."latest" <= 1521331200000000, FALSE)
  AND NOT (
    COALESCE("asked"."city" = 'Kazan', FALSE)
    OR COALESCE("asked"."vip" = TRUE, FALSE)
  )
SETTINGS "join_use_nulls" = 1

-- left-behind
WITH "visit_where" AS (
  SELECT
    "asked"."customer",
    "asked"."at",
    "asked"."n",
    "asked"."page",
    "asked"."seconds"
  FROM "visit" AS "asked"
  WHERE
    COALESCE("asked"."page" = 'cart', FALSE)
), "way" AS (
  SELECT
    "seen"."customer",
    "seen"."at",
    "seen"."at" AS "happened",
    "seen"."n",
    "seen"."at" AS "started",
    CAST(NULL AS Nullable(Int64)) AS "broken"
  FROM "visit_where" AS "seen"
  WHERE
    "seen"."at" > 1520899200000000 AND "seen"."at" <= 1521504000000000
), "way_2" AS (
  SELECT
    "way"."customer" AS "customer",
    "way"."at" + 14400000000 AS "at",
    "way"."happened" AS "happened",
    "way"."n" AS "n",
    "way"."started" AS "started",
    MIN("seen"."at") AS "broken"
  FROM "way" AS "way"
  LEFT JOIN "buy" AS "seen"
    ON "seen"."customer" = "way"."customer"
    AND "seen"."at" >= "way"."at"
    AND "seen"."at" <= "way"."at" + 14400000000
    AND "seen"."at" > 1520899200000000
    AND "seen"."at" <= 1521504000000000
  GROUP BY
    "way"."customer",
    "way"."at",
    "way"."happened",
    "way"."n",
    "way"."started"
  HAVING
    MIN("seen"."at") IS NULL
), "followed_way_2_7d" AS (
  SELECT DISTINCT
    "seen"."customer" AS "who"
  FROM "way_2" AS "seen"
  WHERE
    "seen"."at" <= 1521504000000000
    AND (
      "seen"."broken" IS NULL OR "seen"."broken" > 1521504000000000
    )
    AND "seen"."started" > 1520899200000000
)
SELECT
  "asked"."customer"
FROM "customers" AS "asked"
LEFT JOIN "followed_way_2_7d"
  ON "followed_way_2_7d"."who" = "asked"."customer"
WHERE
  NOT (
    "followed_way_2_7d"."who" IS NULL
  )
SETTINGS "join_use_nulls" = 1

-- ratio
WITH "buy_7d" AS (
  SELECT
    "seen"."customer" AS "who",
    SUM("seen"."amount") AS "sum_amount"
  FROM "buy" AS "seen"
  WHERE
    "seen"."at" > 1520899200000000 AND "seen"."at" <= 1521504000000000
  GROUP BY
    "seen"."customer"
), "buy_where" AS (
  SELECT
    "asked"."customer",
    "asked"."at",
    "asked"."n",
    "asked"."amount",
    "asked"."items",
    "asked"."sku"
  FROM "buy" AS "asked"
  WHERE
    COALESCE("asked"."items" > 1, FALSE)
), "buy_where_7d" AS (
  SELECT
    "seen"."customer" AS "who",
    COUNT(*) AS "count"
  FROM "buy_where" AS "seen"
  WHERE
    "seen"."at" > 1520899200000000 AND "seen"."at" <= 1521504000000000
  GROUP BY
    "seen"."customer"
)
SELECT
  "asked"."customer"
FROM "customers" AS "asked"
LEFT JOIN "buy_7d"
  ON "buy_7d"."who" = "asked"."customer"
LEFT JOIN "buy_where_7d"
  ON "buy_where_7d"."who" = "asked"."customer"
WHERE
  COALESCE(
    (
      CAST(COALESCE("buy_7d"."sum_amount", 0) AS Nullable(Float64)) / nullIf(CAST(COALESCE("buy_where_7d"."count", 0) AS Nullable(Float64)), 0)
    ) >= 5000000,
    FALSE
  )
SETTINGS "join_use_nulls" = 1

-- median-gap
WITH "gaps_of_buy_by_sku" AS (
  SELECT
    "ranked"."who" AS "who",
    (
      CAST(SUM("ranked"."value") AS Nullable(Float64)) / CAST(COUNT(*) AS Nullable(Float64))
    ) AS "value"
  FROM (
    SELECT
      "gaps"."who" AS "who",
      "gaps"."value" AS "value",
      ROW_NUMBER() OVER (PARTITION BY "gaps"."who" ORDER BY "gaps"."value" ASC NULLS FIRST) AS "place",
      COUNT(*) OVER (PARTITION BY "gaps"."who") AS "many"
    FROM (
      SELECT
        "seen"."customer" AS "who",
        "seen"."at" - MAX("seen"."at") OVER (
          PARTITION BY "seen"."customer", "seen"."sku"
          ORDER BY "seen"."at" ASC NULLS FIRST, "seen"."n" ASC NULLS FIRST
          ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING
        ) AS "value",
        ROW_NUMBER() OVER (
          PARTITION BY "seen"."customer", "seen"."sku"
          ORDER BY "seen"."at" ASC NULLS FIRST, "seen"."n" ASC NULLS FIRST
        ) AS "place"
      FROM "buy" AS "seen"
      WHERE
        "seen"."at" <= 1521504000000000 AND NOT (
          "seen"."sku" IS NULL
        )
    ) AS "gaps"
    WHERE
      "gaps"."place" > 1
  ) AS "ranked"
  WHERE
    2 * "ranked"."place" BETWEEN "ranked"."many" AND "ranked"."many" + 2
  GROUP BY
    "ranked"."who"
)
SELECT
  "asked"."customer"
FROM "customers" AS "asked"
LEFT JOIN "gaps_of_buy_by_sku"
  ON "gaps_of_buy_by_sku"."who" = "asked"."customer"
WHERE
  COALESCE(
    (
      "gaps_of_buy_by_sku"."value" / CAST(86400000000 AS Nullable(Float64))
    ) <= 30,
    FALSE
  )
SETTINGS "join_use_nulls" = 1

-- bucket
SELECT
  "asked"."customer"
FROM "customers" AS "asked"
WHERE
  SUBSTRING(LOWER(HEX(MD5('spring:' || "asked"."customer"))), 1, 8) < '33333334'
  OR SUBSTRING(LOWER(HEX(MD5('spring:' || "asked"."customer"))), 1, 8) >= 'e6666667'
SETTINGS "join_use_nulls" = 1

-- scores
WITH "buy_ever" AS (
  SELECT
    "seen"."customer" AS "who",
    MAX("seen"."at") AS "latest",
    COUNT(*) AS "count",
    COALESCE(SUM("seen"."amount"), 0) AS "all_amount"
  FROM "buy" AS "seen"
  WHERE
    "seen"."at" <= 1521504000000000
  GROUP BY
    "seen"."customer"
), "r_of_buy_ever" AS (
  SELECT
    "buy_ever"."who" AS "who",
    NTILE(5) OVER (ORDER BY "buy_ever"."latest" ASC NULLS FIRST, "buy_ever"."who" ASC NULLS FIRST) AS "score"
  FROM "buy_ever"
  WHERE
    NOT (
      "buy_ever"."latest" IS NULL
    )
), "f_of_buy_ever" AS (
  SELECT
    "buy_ever"."who" AS "who",
    NTILE(5) OVER (ORDER BY "buy_ever"."count" ASC NULLS FIRST, "buy_ever"."who" ASC NULLS FIRST) AS "score"
  FROM "buy_ever"
  WHERE
    NOT (
      "buy_ever"."count" IS NULL
    )
), "m_of_buy_ever" AS (
  SELECT
    "buy_ever"."who" AS "who",
    NTILE(5) OVER (
      ORDER BY "buy_ever"."all_amount" ASC NULLS FIRST, "buy_ever"."who" ASC NULLS FIRST
    ) AS "score"
  FROM "buy_ever"
  WHERE
    NOT (
      "buy_ever"."all_amount" IS NULL
    )
)
SELECT
  "asked"."customer"
FROM "customers" AS "asked"
LEFT JOIN "r_of_buy_ever"
  ON "r_of_buy_ever"."who" = "asked"."customer"
LEFT JOIN "f_of_buy_ever"
  ON "f_of_buy_ever"."who" = "asked"."customer"
LEFT JOIN "m_of_buy_ever"
  ON "m_of_buy_ever"."who" = "asked"."customer"
WHERE
  COALESCE(
    CASE
      WHEN NOT (
        "r_of_buy_ever"."score" IS NULL
      )
      AND COALESCE("r_of_buy_ever"."score" >= 4, FALSE)
      THEN 'best'
    END = 'best',
    FALSE
  )
SETTINGS "join_use_nulls" = 1
