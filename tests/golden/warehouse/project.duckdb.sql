-- good-days, locals as of 2019-04-05 00:00 (America/New_York)
WITH "zone_America_New_York" AS (
  SELECT
    "offsets"."since",
    "offsets"."until",
    "offsets"."offset_before",
    "offsets"."offset_micros"
  FROM (VALUES
    (-4611686018427387904, 9961200000000, -18000000000, -18000000000),
    (9961200000000, 25682400000000, -18000000000, -14400000000),
    (25682400000000, 41410800000000, -14400000000, -18000000000),
    (41410800000000, 57736800000000, -18000000000, -14400000000),
    (57736800000000, 73465200000000, -14400000000, -18000000000),
    (73465200000000, 89186400000000, -18000000000, -14400000000),
    (89186400000000, 104914800000000, -14400000000, -18000000000),
    (104914800000000, 120636000000000, -18000000000, -14400000000),
    (120636000000000, 126687600000000, -14400000000, -18000000000),
    (126687600000000, 152085600000000, -18000000000, -14400000000),
    (152085600000000, 162370800000000, -14400000000, -18000000000),
    (162370800000000, 183535200000000, -18000000000, -14400000000),
    (183535200000000, 199263600000000, -14400000000, -18000000000),
    (199263600000000, 215589600000000, -18000000000, -14400000000),
    (215589600000000, 230713200000000, -14400000000, -18000000000),
    (230713200000000, 247039200000000, -18000000000, -14400000000),
    (247039200000000, 262767600000000, -14400000000, -18000000000),
    (262767600000000, 278488800000000, -18000000000, -14400000000),
    (278488800000000, 294217200000000, -14400000000, -18000000000),
    (294217200000000, 309938400000000, -18000000000, -14400000000),
    (309938400000000, 325666800000000, -14400000000, -18000000000),
    (325666800000000, 341388000000000, -18000000000, -14400000000),
    (341388000000000, 357116400000000, -14400000000, -18000000000),
    (357116400000000, 372837600000000, -18000000000, -14400000000),
    (372837600000000, 388566000000000, -14400000000, -18000000000),
    (388566000000000, 404892000000000, -18000000000, -14400000000),
    (404892000000000, 420015600000000, -14400000000, -18000000000),
    (420015600000000, 436341600000000, -18000000000, -14400000000),
    (436341600000000, 452070000000000, -14400000000, -18000000000),
    (452070000000000, 467791200000000, -18000000000, -14400000000),
    (467791200000000, 483519600000000, -14400000000, -18000000000),
    (483519600000000, 499240800000000, -18000000000, -14400000000),
    (499240800000000, 514969200000000, -14400000000, -18000000000),
    (514969200000000, 530690400000000, -18000000000, -14400000000),
    (530690400000000, 544604400000000, -14400000000, -18000000000),
    (544604400000000, 562140000000000, -18000000000, -14400000000),
    (562140000000000, 576054000000000, -14400000000, -18000000000),
    (576054000000000, 594194400000000, -18000000000, -14400000000),
    (594194400000000, 607503600000000, -14400000000, -18000000000),
    (607503600000000, 625644000000000, -18000000000, -14400000000),
    (625644000000000, 638953200000000, -14400000000, -18000000000),
    (638953200000000, 657093600000000, -18000000000, -14400000000),
    (657093600000000, 671007600000000, -14400000000, -18000000000),
    (671007600000000, 688543200000000, -18000000000, -14400000000),
    (688543200000000, 702457200000000, -14400000000, -18000000000),
    (702457200000000, 719992800000000, -18000000000, -14400000000),
    (719992800000000, 733906800000000, -14400000000, -18000000000),
    (733906800000000, 752047200000000, -18000000000, -14400000000),
    (752047200000000, 765356400000000, -14400000000, -18000000000),
    (765356400000000, 783496800000000, -18000000000, -14400000000),
    (783496800000000, 796806000000000, -14400000000, -18000000000),
    (796806000000000, 814946400000000, -18000000000, -14400000000),
    (814946400000000, 828860400000000, -14400000000, -18000000000),
    (828860400000000, 846396000000000, -18000000000, -14400000000),
    (846396000000000, 860310000000000, -14400000000, -18000000000),
    (860310000000000, 877845600000000, -18000000000, -14400000000),
    (877845600000000, 891759600000000, -14400000000, -18000000000),
    (891759600000000, 909295200000000, -18000000000, -14400000000),
    (909295200000000, 923209200000000, -14400000000, -18000000000),
    (923209200000000, 941349600000000, -18000000000, -14400000000),
    (941349600000000, 954658800000000, -14400000000, -18000000000),
    (954658800000000, 972799200000000, -18000000000, -14400000000),
    (972799200000000, 986108400000000, -14400000000, -18000000000),
    (986108400000000, 1004248800000000, -18000000000, -14400000000),
    (1004248800000000, 1018162800000000, -14400000000, -18000000000),
    (1018162800000000, 1035698400000000, -18000000000, -14400000000),
    (1035698400000000, 1049612400000000, -14400000000, -18000000000),
    (1049612400000000, 1067148000000000, -18000000000, -14400000000),
    (1067148000000000, 1081062000000000, -14400000000, -18000000000),
    (1081062000000000, 1099202400000000, -18000000000, -14400000000),
    (1099202400000000, 1112511600000000, -14400000000, -18000000000),
    (1112511600000000, 1130652000000000, -18000000000, -14400000000),
    (1130652000000000, 1143961200000000, -14400000000, -18000000000),
    (1143961200000000, 1162101600000000, -18000000000, -14400000000),
    (1162101600000000, 1173596400000000, -14400000000, -18000000000),
    (1173596400000000, 1194156000000000, -18000000000, -14400000000),
    (1194156000000000, 1205046000000000, -14400000000, -18000000000),
    (1205046000000000, 1225605600000000, -18000000000, -14400000000),
    (1225605600000000, 1236495600000000, -14400000000, -18000000000),
    (1236495600000000, 1257055200000000, -18000000000, -14400000000),
    (1257055200000000, 1268550000000000, -14400000000, -18000000000),
    (1268550000000000, 1289109600000000, -18000000000, -14400000000),
    (1289109600000000, 1299999600000000, -14400000000, -18000000000),
    (1299999600000000, 1320559200000000, -18000000000, -14400000000),
    (1320559200000000, 1331449200000000, -14400000000, -18000000000),
    (1331449200000000, 1352008800000000, -18000000000, -14400000000),
    (1352008800000000, 1362898800000000, -14400000000, -18000000000),
    (1362898800000000, 1383458400000000, -18000000000, -14400000000),
    (1383458400000000, 1394348400000000, -14400000000, -18000000000),
    (1394348400000000, 1414908000000000, -18000000000, -14400000000),
    (1414908000000000, 1425798000000000, -14400000000, -18000000000),
    (1425798000000000, 1446357600000000, -18000000000, -14400000000),
    (1446357600000000, 1457852400000000, -14400000000, -18000000000),
    (1457852400000000, 1478412000000000, -18000000000, -14400000000),
    (1478412000000000, 1489302000000000, -14400000000, -18000000000),
    (1489302000000000, 1509861600000000, -18000000000, -14400000000),
    (1509861600000000, 1520751600000000, -14400000000, -18000000000),
    (1520751600000000, 1541311200000000, -18000000000, -14400000000),
    (1541311200000000, 1552201200000000, -14400000000, -18000000000),
    (1552201200000000, 4611686018427387904, -18000000000, -14400000000)) AS "offsets"("since", "until", "offset_before", "offset_micros")
), "zone_Europe_Moscow" AS (
  SELECT
    "offsets"."since",
    "offsets"."until",
    "offsets"."offset_before",
    "offsets"."offset_micros"
  FROM (VALUES
    (-4611686018427387904, 354920400000000, 10800000000, 10800000000),
    (354920400000000, 370728000000000, 10800000000, 14400000000),
    (370728000000000, 386456400000000, 14400000000, 10800000000),
    (386456400000000, 402264000000000, 10800000000, 14400000000),
    (402264000000000, 417992400000000, 14400000000, 10800000000),
    (417992400000000, 433800000000000, 10800000000, 14400000000),
    (433800000000000, 449614800000000, 14400000000, 10800000000),
    (449614800000000, 465346800000000, 10800000000, 14400000000),
    (465346800000000, 481071600000000, 14400000000, 10800000000),
    (481071600000000, 496796400000000, 10800000000, 14400000000),
    (496796400000000, 512521200000000, 14400000000, 10800000000),
    (512521200000000, 528246000000000, 10800000000, 14400000000),
    (528246000000000, 543970800000000, 14400000000, 10800000000),
    (543970800000000, 559695600000000, 10800000000, 14400000000),
    (559695600000000, 575420400000000, 14400000000, 10800000000),
    (575420400000000, 591145200000000, 10800000000, 14400000000),
    (591145200000000, 606870000000000, 14400000000, 10800000000),
    (606870000000000, 622594800000000, 10800000000, 14400000000),
    (622594800000000, 638319600000000, 14400000000, 10800000000),
    (638319600000000, 654649200000000, 10800000000, 14400000000),
    (654649200000000, 686102400000000, 14400000000, 10800000000),
    (686102400000000, 695779200000000, 10800000000, 7200000000),
    (695779200000000, 701823600000000, 7200000000, 10800000000),
    (701823600000000, 717548400000000, 10800000000, 14400000000),
    (717548400000000, 733273200000000, 14400000000, 10800000000),
    (733273200000000, 748998000000000, 10800000000, 14400000000),
    (748998000000000, 764722800000000, 14400000000, 10800000000),
    (764722800000000, 780447600000000, 10800000000, 14400000000),
    (780447600000000, 796172400000000, 14400000000, 10800000000),
    (796172400000000, 811897200000000, 10800000000, 14400000000),
    (811897200000000, 828226800000000, 14400000000, 10800000000),
    (828226800000000, 846370800000000, 10800000000, 14400000000),
    (846370800000000, 859676400000000, 14400000000, 10800000000),
    (859676400000000, 877820400000000, 10800000000, 14400000000),
    (877820400000000, 891126000000000, 14400000000, 10800000000),
    (891126000000000, 909270000000000, 10800000000, 14400000000),
    (909270000000000, 922575600000000, 14400000000, 10800000000),
    (922575600000000, 941324400000000, 10800000000, 14400000000),
    (941324400000000, 954025200000000, 14400000000, 10800000000),
    (954025200000000, 972774000000000, 10800000000, 14400000000),
    (972774000000000, 985474800000000, 14400000000, 10800000000),
    (985474800000000, 1004223600000000, 10800000000, 14400000000),
    (1004223600000000, 1017529200000000, 14400000000, 10800000000),
    (1017529200000000, 1035673200000000, 10800000000, 14400000000),
    (1035673200000000, 1048978800000000, 14400000000, 10800000000),
    (1048978800000000, 1067122800000000, 10800000000, 14400000000),
    (1067122800000000, 1080428400000000, 14400000000, 10800000000),
    (1080428400000000, 1099177200000000, 10800000000, 14400000000),
    (1099177200000000, 1111878000000000, 14400000000, 10800000000),
    (1111878000000000, 1130626800000000, 10800000000, 14400000000),
    (1130626800000000, 1143327600000000, 14400000000, 10800000000),
    (1143327600000000, 1162076400000000, 10800000000, 14400000000),
    (1162076400000000, 1174777200000000, 14400000000, 10800000000),
    (1174777200000000, 1193526000000000, 10800000000, 14400000000),
    (1193526000000000, 1206831600000000, 14400000000, 10800000000),
    (1206831600000000, 1224975600000000, 10800000000, 14400000000),
    (1224975600000000, 1238281200000000, 14400000000, 10800000000),
    (1238281200000000, 1256425200000000, 10800000000, 14400000000),
    (1256425200000000, 1269730800000000, 14400000000, 10800000000),
    (1269730800000000, 1288479600000000, 10800000000, 14400000000),
    (1288479600000000, 1301180400000000, 14400000000, 10800000000),
    (1301180400000000, 1414274400000000, 10800000000, 14400000000),
    (1414274400000000, 4611686018427387904, 14400000000, 10800000000)) AS "offsets"("since", "until", "offset_before", "offset_micros")
), "source" AS (
  SELECT
    "number of the row" AS "n",
    NULLIF(
      CASE
        WHEN "customer" LIKE ' %' OR "customer" LIKE '% '
        THEN TRIM("customer")
        ELSE "customer"
      END,
      ''
    ) AS "customer",
    NULLIF(CAST("city" AS TEXT), '') AS "v0",
    COALESCE(
      CASE
        WHEN DATE_DIFF(
          'DAY',
          CAST('1970-01-01' AS DATE),
          TRY_CAST(NULLIF(CAST("birthday" AS TEXT), '') AS DATE)
        ) >= -354285
        THEN DATE_DIFF(
          'DAY',
          CAST('1970-01-01' AS DATE),
          TRY_CAST(NULLIF(CAST("birthday" AS TEXT), '') AS DATE)
        )
      END,
      DATE_DIFF(
        'DAY',
        CAST('1970-01-01' AS DATE),
        TRY_CAST(CASE
          WHEN REGEXP_FULL_MATCH(
            NULLIF(CAST("birthday" AS TEXT), ''),
            '\d{1,2}\.\d{1,2}\.\d{4}(,? +\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?'
          )
          THEN REGEXP_REPLACE(
            NULLIF(CAST("birthday" AS TEXT), ''),
            '^(\d{1,2})[./-](\d{1,2})[./-](\d{4}),?',
            '\3-\2-\1'
          )
        END AS DATE)
      )
    ) AS "v1",
    CASE
      WHEN LOWER(NULLIF(CAST("vip" AS TEXT), '')) IN ('true', 't', 'yes', 'y', '1')
      THEN TRUE
      WHEN LOWER(NULLIF(CAST("vip" AS TEXT), '')) IN ('false', 'f', 'no', 'n', '0')
      THEN FALSE
    END AS "v2"
  FROM (
    SELECT
      ROW_NUMBER() OVER () + 1 AS "number of the row",
      *
    FROM READ_CSV(
      '…/customers.csv',
      "auto_detect" = FALSE,
      "header" = TRUE,
      "quote" = '"',
      "escape" = '"',
      "delim" = ',',
      "columns" = {'customer': 'VARCHAR', 'city': 'VARCHAR', 'birthday': 'VARCHAR', 'vip': 'VARCHAR'}
    )
  )
), "source_2" AS (
  SELECT
    "number of the row" AS "n",
    NULLIF(CASE WHEN "id" LIKE ' %' OR "id" LIKE '% ' THEN TRIM("id") ELSE "id" END, '') AS "customer",
    NULLIF(CAST("city" AS TEXT), '') AS "v0",
    CASE
      WHEN ISFINITE(
        COALESCE(
          TRY_CAST(NULLIF(CAST("points" AS TEXT), '') AS DOUBLE),
          TRY_CAST(CASE
            WHEN REGEXP_FULL_MATCH(
              NULLIF(CAST("points" AS TEXT), ''),
              '[+-]?[1-9]\d{0,2},\d{3}|[+-]?[1-9]\d{0,2}\.\d{3}'
            )
            THEN NULL
            WHEN REGEXP_FULL_MATCH(
              NULLIF(CAST("points" AS TEXT), ''),
              '[+-]?(\d+|[1-9]\d{0,2}([    ''’]\d{3})+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?'
            )
            THEN TRANSLATE(NULLIF(CAST("points" AS TEXT), ''), '    ''’,', '')
            WHEN REGEXP_FULL_MATCH(
              NULLIF(CAST("points" AS TEXT), ''),
              '[+-]?(\d+|[1-9]\d{0,2}([    ''’]\d{3})+|[1-9]\d{0,2}(\.\d{3})+)(,\d+)?'
            )
            THEN REPLACE(TRANSLATE(NULLIF(CAST("points" AS TEXT), ''), '    ''’.', ''), ',', '.')
          END AS DOUBLE)
        )
      )
      THEN COALESCE(
        TRY_CAST(NULLIF(CAST("points" AS TEXT), '') AS DOUBLE),
        TRY_CAST(CASE
          WHEN REGEXP_FULL_MATCH(
            NULLIF(CAST("points" AS TEXT), ''),
            '[+-]?[1-9]\d{0,2},\d{3}|[+-]?[1-9]\d{0,2}\.\d{3}'
          )
          THEN NULL
          WHEN REGEXP_FULL_MATCH(
            NULLIF(CAST("points" AS TEXT), ''),
            '[+-]?(\d+|[1-9]\d{0,2}([    ''’]\d{3})+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?'
          )
          THEN TRANSLATE(NULLIF(CAST("points" AS TEXT), ''), '    ''’,', '')
          WHEN REGEXP_FULL_MATCH(
            NULLIF(CAST("points" AS TEXT), ''),
            '[+-]?(\d+|[1-9]\d{0,2}([    ''’]\d{3})+|[1-9]\d{0,2}(\.\d{3})+)(,\d+)?'
          )
          THEN REPLACE(TRANSLATE(NULLIF(CAST("points" AS TEXT), ''), '    ''’.', ''), ',', '.')
        END AS DOUBLE)
      )
    END AS "v1"
  FROM (
    SELECT
      ROW_NUMBER() OVER () + 1 AS "number of the row",
      *
    FROM READ_CSV(
      '…/more.csv',
      "auto_detect" = FALSE,
      "header" = TRUE,
      "quote" = '"',
      "escape" = '"',
      "delim" = ',',
      "columns" = {'id': 'VARCHAR', 'city': 'VARCHAR', 'points': 'VARCHAR'}
    )
  )
), "source_3" AS (
  SELECT
    "number of the row" AS "n",
    NULLIF(
      CASE
        WHEN "customer" LIKE ' %' OR "customer" LIKE '% '
        THEN TRIM("customer")
        ELSE "customer"
      END,
      ''
    ) AS "customer"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        ROW_NUMBER() OVER () + 1 AS "number of the row",
        *
      FROM READ_CSV(
        '…/orders.csv',
        "auto_detect" = FALSE,
        "header" = TRUE,
        "quote" = '"',
        "escape" = '"',
        "delim" = ',',
        "columns" = {'customer': 'VARCHAR', 'at': 'VARCHAR', 'event': 'VARCHAR', 'amount': 'VARCHAR', 'items': 'VARCHAR', 'sku': 'VARCHAR'}
      )
    )
    WHERE
      CAST("event" AS TEXT) IN ('order.placed', 'order.returned')
  )
), "source_4" AS (
  SELECT
    ROW_NUMBER() OVER (ORDER BY "rows_read"."cursor" ASC NULLS FIRST, "rows_read"."n" ASC NULLS FIRST) AS "n",
    "rows_read"."customer"
  FROM (
    SELECT
      "number of the row" AS "n",
      NULLIF(
        CASE
          WHEN "customer" LIKE ' %' OR "customer" LIKE '% '
          THEN TRIM("customer")
          ELSE "customer"
        END,
        ''
      ) AS "customer",
      COALESCE(
        COALESCE(
          EPOCH_US(
            TRY_CAST(REGEXP_REPLACE(
              CASE
                WHEN REGEXP_FULL_MATCH(
                  "number",
                  '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?'
                )
                THEN "number"
              END,
              '([T ][0-9:.]+) ?(Z|[+-].*)$',
              '\1'
            ) AS TIMESTAMP)
          ) - (
            COALESCE(
              TRY_CAST(REGEXP_EXTRACT("number", '^[0-9-]+[T ][0-9:.]+ ?([+-]\d{2}):?(\d{2})?$', 1) AS BIGINT),
              0
            ) * 60 + CASE
              WHEN STARTS_WITH(REGEXP_EXTRACT("number", '^[0-9-]+[T ][0-9:.]+ ?([+-]\d{2}):?(\d{2})?$', 1), '-')
              THEN -1
              ELSE 1
            END * COALESCE(
              TRY_CAST(REGEXP_EXTRACT("number", '^[0-9-]+[T ][0-9:.]+ ?([+-]\d{2}):?(\d{2})?$', 2) AS BIGINT),
              0
            )
          ) * 60000000,
          EPOCH_US(
            TRY_CAST(CASE
              WHEN REGEXP_FULL_MATCH("number", '\d{1,2}\.\d{1,2}\.\d{4}(,? +\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?')
              THEN REGEXP_REPLACE("number", '^(\d{1,2})[./-](\d{1,2})[./-](\d{4}),?', '\3-\2-\1')
            END AS TIMESTAMP)
          )
        ),
        TRY_CAST(CASE WHEN REGEXP_FULL_MATCH("number", '-?\d+') THEN "number" END AS BIGINT)
      ) AS "cursor"
    FROM (
      SELECT
        *
      FROM (
        SELECT
          ROW_NUMBER() OVER () + 1 AS "number of the row",
          *
        FROM READ_CSV(
          '…/late.csv',
          "auto_detect" = FALSE,
          "header" = TRUE,
          "quote" = '"',
          "escape" = '"',
          "delim" = ',',
          "columns" = {'customer': 'VARCHAR', 'at': 'VARCHAR', 'event': 'VARCHAR', 'amount': 'VARCHAR', 'sku': 'VARCHAR', 'received': 'VARCHAR', 'number': 'VARCHAR'}
        )
      )
      WHERE
        CAST("event" AS TEXT) IN ('order.placed')
    )
  ) AS "rows_read"
), "source_5" AS (
  SELECT
    "number of the row" AS "n",
    NULLIF(
      CASE
        WHEN "customer" LIKE ' %' OR "customer" LIKE '% '
        THEN TRIM("customer")
        ELSE "customer"
      END,
      ''
    ) AS "customer"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "file_row_number" + 1 AS "number of the row",
        *
      FROM READ_PARQUET('…/till.parquet', "file_row_number" = TRUE)
    )
    WHERE
      CAST("kind" AS TEXT) IN ('order.placed')
  )
), "source_6" AS (
  SELECT
    "rows_read"."n",
    "rows_read"."customer",
    "rows_read"."v0",
    CASE
      WHEN "rows_read"."aware"
      THEN "rows_read"."at"
      ELSE CASE
        WHEN (
          "rows_read"."at" - "zone_America_New_York"."offset_micros"
        ) IS NULL
        OR "zone_America_New_York"."since" IS NULL
        THEN NULL
        ELSE GREATEST(
          "rows_read"."at" - "zone_America_New_York"."offset_micros",
          "zone_America_New_York"."since"
        )
      END
    END AS "at"
  FROM (
    SELECT
      "days"."customer",
      MIN("days"."n") AS "n",
      "days"."local" AS "at",
      FALSE AS "aware",
      SUM("days"."v0") AS "v0"
    FROM (
      SELECT
        "events"."n" AS "n",
        "events"."customer" AS "customer",
        "events"."v0" AS "v0",
        (
          (
            "events"."at" + "zone_America_New_York"."offset_micros"
          ) - (
            (
              (
                (
                  "events"."at" + "zone_America_New_York"."offset_micros"
                ) % 86400000000
              ) + 86400000000
            ) % 86400000000
          )
        ) + 86400000000 AS "local"
      FROM (
        SELECT
          "rows_read"."n",
          "rows_read"."customer",
          "rows_read"."v0",
          CASE
            WHEN "rows_read"."aware"
            THEN "rows_read"."at"
            ELSE CASE
              WHEN (
                "rows_read"."at" - "zone_America_New_York"."offset_micros"
              ) IS NULL
              OR "zone_America_New_York"."since" IS NULL
              THEN NULL
              ELSE GREATEST(
                "rows_read"."at" - "zone_America_New_York"."offset_micros",
                "zone_America_New_York"."since"
              )
            END
          END AS "at"
        FROM (
          SELECT
            "number of the row" AS "n",
            NULLIF(
              CASE
                WHEN "customer" LIKE ' %' OR "customer" LIKE '% '
                THEN TRIM("customer")
                ELSE "customer"
              END,
              ''
            ) AS "customer",
            COALESCE(
              EPOCH_US(
                TRY_CAST(REGEXP_REPLACE(
                  CASE
                    WHEN REGEXP_FULL_MATCH(
                      "at",
                      '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?'
                    )
                    THEN "at"
                  END,
                  '([T ][0-9:.]+) ?(Z|[+-].*)$',
                  '\1'
                ) AS TIMESTAMP)
              ) - (
                COALESCE(
                  TRY_CAST(REGEXP_EXTRACT("at", '^[0-9-]+[T ][0-9:.]+ ?([+-]\d{2}):?(\d{2})?$', 1) AS BIGINT),
                  0
                ) * 60 + CASE
                  WHEN STARTS_WITH(REGEXP_EXTRACT("at", '^[0-9-]+[T ][0-9:.]+ ?([+-]\d{2}):?(\d{2})?$', 1), '-')
                  THEN -1
                  ELSE 1
                END * COALESCE(
                  TRY_CAST(REGEXP_EXTRACT("at", '^[0-9-]+[T ][0-9:.]+ ?([+-]\d{2}):?(\d{2})?$', 2) AS BIGINT),
                  0
                )
              ) * 60000000,
              EPOCH_US(
                TRY_CAST(CASE
                  WHEN REGEXP_FULL_MATCH("at", '\d{1,2}\.\d{1,2}\.\d{4}(,? +\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?')
                  THEN REGEXP_REPLACE("at", '^(\d{1,2})[./-](\d{1,2})[./-](\d{4}),?', '\3-\2-\1')
                END AS TIMESTAMP)
              )
            ) AS "at",
            CASE
              WHEN "amount" LIKE '%.___'
              THEN CASE
                WHEN NOT REGEXP_FULL_MATCH("amount", '[+-]?[1-9]\d{0,2}\.\d{3}')
                THEN COALESCE(
                  CAST(CAST(TRY_CAST("amount" AS DECIMAL(18, 6)) AS DECIMAL(38, 6)) * 1000000 AS BIGINT),
                  CAST(CAST(TRY_CAST(CASE
                    WHEN REGEXP_FULL_MATCH(
                      REGEXP_REPLACE("amount", '[    ]*([₽$€£¥₴₸₺₹₩]|[Рр][Уу][Бб]\.?|[Рр]\.|[A-Za-z]{3})?[    ]*$', ''),
                      '[+-]?[1-9]\d{0,2},\d{3}|[+-]?[1-9]\d{0,2}\.\d{3}'
                    )
                    THEN NULL
                    WHEN REGEXP_FULL_MATCH(
                      REGEXP_REPLACE("amount", '[    ]*([₽$€£¥₴₸₺₹₩]|[Рр][Уу][Бб]\.?|[Рр]\.|[A-Za-z]{3})?[    ]*$', ''),
                      '[+-]?(\d+|[1-9]\d{0,2}([    ''’]\d{3})+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?'
                    )
                    THEN TRANSLATE(
                      REGEXP_REPLACE("amount", '[    ]*([₽$€£¥₴₸₺₹₩]|[Рр][Уу][Бб]\.?|[Рр]\.|[A-Za-z]{3})?[    ]*$', ''),
                      '    ''’,',
                      ''
                    )
                    WHEN REGEXP_FULL_MATCH(
                      REGEXP_REPLACE("amount", '[    ]*([₽$€£¥₴₸₺₹₩]|[Рр][Уу][Бб]\.?|[Рр]\.|[A-Za-z]{3})?[    ]*$', ''),
                      '[+-]?(\d+|[1-9]\d{0,2}([    ''’]\d{3})+|[1-9]\d{0,2}(\.\d{3})+)(,\d+)?'
                    )
                    THEN REPLACE(
                      TRANSLATE(
                        REGEXP_REPLACE("amount", '[    ]*([₽$€£¥₴₸₺₹₩]|[Рр][Уу][Бб]\.?|[Рр]\.|[A-Za-z]{3})?[    ]*$', ''),
                        '    ''’.',
                        ''
                      ),
                      ',',
                      '.'
                    )
                  END AS DECIMAL(18, 6)) AS DECIMAL(38, 6)) * 1000000 AS BIGINT)
                )
              END
              ELSE COALESCE(
                CAST(CAST(TRY_CAST("amount" AS DECIMAL(18, 6)) AS DECIMAL(38, 6)) * 1000000 AS BIGINT),
                CAST(CAST(TRY_CAST(CASE
                  WHEN REGEXP_FULL_MATCH(
                    REGEXP_REPLACE("amount", '[    ]*([₽$€£¥₴₸₺₹₩]|[Рр][Уу][Бб]\.?|[Рр]\.|[A-Za-z]{3})?[    ]*$', ''),
                    '[+-]?[1-9]\d{0,2},\d{3}|[+-]?[1-9]\d{0,2}\.\d{3}'
                  )
                  THEN NULL
                  WHEN REGEXP_FULL_MATCH(
                    REGEXP_REPLACE("amount", '[    ]*([₽$€£¥₴₸₺₹₩]|[Рр][Уу][Бб]\.?|[Рр]\.|[A-Za-z]{3})?[    ]*$', ''),
                    '[+-]?(\d+|[1-9]\d{0,2}([    ''’]\d{3})+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?'
                  )
                  THEN TRANSLATE(
                    REGEXP_REPLACE("amount", '[    ]*([₽$€£¥₴₸₺₹₩]|[Рр][Уу][Бб]\.?|[Рр]\.|[A-Za-z]{3})?[    ]*$', ''),
                    '    ''’,',
                    ''
                  )
                  WHEN REGEXP_FULL_MATCH(
                    REGEXP_REPLACE("amount", '[    ]*([₽$€£¥₴₸₺₹₩]|[Рр][Уу][Бб]\.?|[Рр]\.|[A-Za-z]{3})?[    ]*$', ''),
                    '[+-]?(\d+|[1-9]\d{0,2}([    ''’]\d{3})+|[1-9]\d{0,2}(\.\d{3})+)(,\d+)?'
                  )
                  THEN REPLACE(
                    TRANSLATE(
                      REGEXP_REPLACE("amount", '[    ]*([₽$€£¥₴₸₺₹₩]|[Рр][Уу][Бб]\.?|[Рр]\.|[A-Za-z]{3})?[    ]*$', ''),
                      '    ''’.',
                      ''
                    ),
                    ',',
                    '.'
                  )
                END AS DECIMAL(18, 6)) AS DECIMAL(38, 6)) * 1000000 AS BIGINT)
              )
            END AS "v0",
            REGEXP_MATCHES("at", '([T ][0-9:.]+) ?(Z|[+-].*)$') AS "aware"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                ROW_NUMBER() OVER () + 1 AS "number of the row",
                *
              FROM READ_CSV(
                '…/orders.csv',
                "auto_detect" = FALSE,
                "header" = TRUE,
                "quote" = '"',
                "escape" = '"',
                "delim" = ',',
                "columns" = {'customer': 'VARCHAR', 'at': 'VARCHAR', 'event': 'VARCHAR', 'amount': 'VARCHAR', 'items': 'VARCHAR', 'sku': 'VARCHAR'}
              )
            )
            WHERE
              CAST("event" AS TEXT) IN ('order.placed')
          )
        ) AS "rows_read"
        LEFT JOIN "zone_America_New_York"
          ON "rows_read"."at" >= "zone_America_New_York"."since" + "zone_America_New_York"."offset_before"
          AND "rows_read"."at" < "zone_America_New_York"."until" + "zone_America_New_York"."offset_micros"
      ) AS "events"
      INNER JOIN "zone_America_New_York"
        ON "events"."at" >= "zone_America_New_York"."since"
        AND "events"."at" < "zone_America_New_York"."until"
    ) AS "days"
    GROUP BY
      "days"."customer",
      "days"."local"
  ) AS "rows_read"
  LEFT JOIN "zone_America_New_York"
    ON "rows_read"."at" >= "zone_America_New_York"."since" + "zone_America_New_York"."offset_before"
    AND "rows_read"."at" < "zone_America_New_York"."until" + "zone_America_New_York"."offset_micros"
), "source_7" AS (
  SELECT
    "rows_read"."n",
    "rows_read"."customer",
    "rows_read"."v0",
    "rows_read"."v1",
    "rows_read"."v2",
    CASE
      WHEN "rows_read"."aware"
      THEN "rows_read"."at"
      ELSE CASE
        WHEN (
          "rows_read"."at" - "zone_Europe_Moscow"."offset_micros"
        ) IS NULL
        OR "zone_Europe_Moscow"."since" IS NULL
        THEN NULL
        ELSE GREATEST(
          "rows_read"."at" - "zone_Europe_Moscow"."offset_micros",
          "zone_Europe_Moscow"."since"
        )
      END
    END AS "at"
  FROM (
    SELECT
      "number of the row" AS "n",
      NULLIF(
        CASE
          WHEN "customer" LIKE ' %' OR "customer" LIKE '% '
          THEN TRIM("customer")
          ELSE "customer"
        END,
        ''
      ) AS "customer",
      COALESCE(
        EPOCH_US(
          TRY_CAST(REGEXP_REPLACE(
            CASE
              WHEN REGEXP_FULL_MATCH(
                "at",
                '\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?'
              )
              THEN "at"
            END,
            '([T ][0-9:.]+) ?(Z|[+-].*)$',
            '\1'
          ) AS TIMESTAMP)
        ) - (
          COALESCE(
            TRY_CAST(REGEXP_EXTRACT("at", '^[0-9-]+[T ][0-9:.]+ ?([+-]\d{2}):?(\d{2})?$', 1) AS BIGINT),
            0
          ) * 60 + CASE
            WHEN STARTS_WITH(REGEXP_EXTRACT("at", '^[0-9-]+[T ][0-9:.]+ ?([+-]\d{2}):?(\d{2})?$', 1), '-')
            THEN -1
            ELSE 1
          END * COALESCE(
            TRY_CAST(REGEXP_EXTRACT("at", '^[0-9-]+[T ][0-9:.]+ ?([+-]\d{2}):?(\d{2})?$', 2) AS BIGINT),
            0
          )
        ) * 60000000,
        EPOCH_US(
          TRY_CAST(CASE
            WHEN REGEXP_FULL_MATCH("at", '\d{1,2}\.\d{1,2}\.\d{4}(,? +\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?')
            THEN REGEXP_REPLACE("at", '^(\d{1,2})[./-](\d{1,2})[./-](\d{4}),?', '\3-\2-\1')
          END AS TIMESTAMP)
        )
      ) AS "at",
      NULLIF(CAST("channel" AS TEXT), '') AS "v0",
      NULLIF(CAST("class" AS TEXT), '') AS "v1",
      NULLIF(CAST("campaign" AS TEXT), '') AS "v2",
      REGEXP_MATCHES("at", '([T ][0-9:.]+) ?(Z|[+-].*)$') AS "aware"
    FROM (
      SELECT
        ROW_NUMBER() OVER () + 1 AS "number of the row",
        *
      FROM READ_CSV(
        '…/messages.csv',
        "auto_detect" = FALSE,
        "header" = TRUE,
        "quote" = '"',
        "escape" = '"',
        "delim" = ',',
        "columns" = {'customer': 'VARCHAR', 'at': 'VARCHAR', 'channel': 'VARCHAR', 'class': 'VARCHAR', 'campaign': 'VARCHAR'}
      )
    )
  ) AS "rows_read"
  LEFT JOIN "zone_Europe_Moscow"
    ON "rows_read"."at" >= "zone_Europe_Moscow"."since" + "zone_Europe_Moscow"."offset_before"
    AND "rows_read"."at" < "zone_Europe_Moscow"."until" + "zone_Europe_Moscow"."offset_micros"
), "source_8" AS (
  SELECT
    "number of the row" AS "n",
    NULLIF(
      CASE
        WHEN "customer" LIKE ' %' OR "customer" LIKE '% '
        THEN TRIM("customer")
        ELSE "customer"
      END,
      ''
    ) AS "customer"
  FROM (
    SELECT
      ROW_NUMBER() OVER () + 1 AS "number of the row",
      *
    FROM READ_CSV(
      '…/consents.csv',
      "auto_detect" = FALSE,
      "header" = TRUE,
      "quote" = '"',
      "escape" = '"',
      "delim" = ',',
      "columns" = {'customer': 'VARCHAR', 'at': 'VARCHAR', 'channel': 'VARCHAR', 'purpose': 'VARCHAR', 'state': 'VARCHAR'}
    )
  )
), "customers" AS (
  SELECT
    "ids"."customer",
    "source"."v1" AS "birthday",
    COALESCE("source"."v0", "source_2"."v0") AS "city",
    "source_2"."v1" AS "points",
    "source"."v2" AS "vip"
  FROM (
    SELECT
      "source"."customer"
    FROM "source"
    UNION
    SELECT
      "source_2"."customer"
    FROM "source_2"
    UNION
    SELECT
      "source_3"."customer"
    FROM "source_3"
    UNION
    SELECT
      "source_4"."customer"
    FROM "source_4"
    UNION
    SELECT
      "source_5"."customer"
    FROM "source_5"
    UNION
    SELECT
      "source_6"."customer"
    FROM "source_6"
    UNION
    SELECT
      "source_7"."customer"
    FROM "source_7"
    UNION
    SELECT
      "source_8"."customer"
    FROM "source_8"
  ) AS "ids"
  LEFT JOIN "source"
    ON "source"."customer" = "ids"."customer"
  LEFT JOIN "source_2"
    ON "source_2"."customer" = "ids"."customer"
), "message_sent" AS (
  SELECT
    "source_7"."customer",
    "source_7"."at" AS "at",
    "source_7"."n" + 6000000000000 AS "n",
    "source_7"."v2" AS "campaign",
    "source_7"."v0" AS "channel",
    "source_7"."v1" AS "class"
  FROM "source_7"
), "shopping_day" AS (
  SELECT
    "source_6"."customer",
    "source_6"."at" AS "at",
    "source_6"."n" + 5000000000000 AS "n",
    "source_6"."v0" AS "amount"
  FROM "source_6"
), "shopping_day_ever" AS (
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
