-- good-days, locals as of 2019-04-05 00:00 (America/New_York)
-- asks these tables, which you make of your data:
--   customers: customer, birthday (days since 1970-01-01), city (text), points (double), vip (boolean)
--   message_sent: customer, at (microseconds), n (arrival), campaign (text), channel (text), class (text), for the event message.sent
--   shopping_day: customer, at (microseconds), n (arrival), amount (millionths), for the event shopping.day
WITH "shopping_day_ever" AS (
  SELECT
    "seen"."customer" AS "who",
    MAX("seen"."amount") AS "greatest_amount"
  FROM "shopping_day" AS "seen"
  WHERE
    "seen"."at" <= 1554436800000000
  GROUP BY
    "seen"."customer"
), "message_sent_where" AS (
  SELECT
    "asked"."customer",
    "asked"."at",
    "asked"."n",
    "asked"."campaign",
    "asked"."channel",
    "asked"."class"
  FROM "message_sent" AS "asked"
  WHERE
    COALESCE("asked"."channel" = 'email', FALSE)
), "message_sent_where_20d" AS (
  SELECT
    "seen"."customer" AS "who",
    COUNT(*) AS "count"
  FROM "message_sent_where" AS "seen"
  WHERE
    "seen"."at" > 1552708800000000 AND "seen"."at" <= 1554436800000000
  GROUP BY
    "seen"."customer"
)
SELECT
  "asked"."customer",
  COALESCE("shopping_day_ever"."greatest_amount" >= 20000000, FALSE)
  AND COALESCE("message_sent_where_20d"."count", 0) >= 1 AS "good_days",
  COALESCE("asked"."city" = 'Oslo', FALSE)
  OR COALESCE("asked"."points" >= 5, FALSE)
  OR COALESCE("asked"."vip" = TRUE, FALSE)
  OR COALESCE("asked"."birthday" * 86400000000 <= 1554350400000000, FALSE) AS "locals"
FROM "customers" AS "asked"
LEFT JOIN "shopping_day_ever"
  ON "shopping_day_ever"."who" = "asked"."customer"
LEFT JOIN "message_sent_where_20d"
  ON "message_sent_where_20d"."who" = "asked"."customer"
