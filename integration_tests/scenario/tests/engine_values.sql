-- macros/engine: numbers, texts and hashes. A row is a case whose result differs from the one worked out by hand.
{%- set numbers = [
    ("'12'", 'bigint', '12'), ("'12.0'", 'bigint', '12'), ("' 12 '", 'bigint', '12'), ("'-3'", 'integer', '-3'), ("'twelve'", 'bigint', none),
    ("''", 'bigint', none), ("'99999999999999999999'", 'bigint', none), ('12', 'bigint', '12'),
    ("'0.1'", 'decimal(18, 12)', '0.100000000000'), ("'1e-05'", 'decimal(18, 12)', '0.000010000000'),
    ("'0.0000000000005'", 'decimal(18, 12)', '0.000000000001'), ("'1,50'", 'decimal(18, 9)', none), ("'1234567890'", 'decimal(18, 12)', none)
] %}
{#- the md5 of a|~|1 and of a||1 -#}
{%- set checks = [
    ('seed_text trims', llm_cost.seed_text("' a '"), 'a'),
    ('seed_text of an empty cell', llm_cost.seed_text("'  '"), none),
    ('last_path_part', llm_cost.last_path_part("'/home/somebody/checkout'"), 'checkout'),
    ('last_path_part with a closing slash', llm_cost.last_path_part("'/home/somebody/checkout/'"), 'checkout'),
    ('regex_match', llm_cost.regex_match("'0110000'", "'^[01]{7}$'"), 'true'),
    ('regex_match not', llm_cost.regex_match("'01100'", "'^[01]{7}$'"), 'false'),
    ('content_hash tells NULL', llm_cost.content_hash(["'a'", 'cast(null as string)', '1']), '581a1e1f60c55e7cb9d26bf1d96e0066'),
    ('content_hash tells an empty text', llm_cost.content_hash(["'a'", "''", '1']), 'eb4487bdad6fad86d0d1fe882918b484'),
    ('hash64 tells its columns apart', llm_cost.hash64(["'ab'", "'c'"]) ~ ' <> ' ~ llm_cost.hash64(["'a'", "'bc'"]), 'true'),
    ('hash64 tells the place of a NULL', llm_cost.hash64(['cast(null as bigint)', '5']) ~ ' <> ' ~ llm_cost.hash64(['5', 'cast(null as bigint)']), 'true'),
    ('hash64 of the same is the same', llm_cost.hash64(['cast(null as bigint)', '5']) ~ ' = ' ~ llm_cost.hash64(['cast(null as bigint)', '5']), 'true'),
    ('erased_tags: texts and numbers that are equal to the id', llm_cost.erased_tags("'{\"a\":\"x\",\"b\": 17, \"c\":[17,\"17\"],\"d\":170}'", "'17'"),
        '{"a":"x","b": null, "c":[null,"erased"],"d":170}'),
    ('erased_tags: a text with a quote', llm_cost.erased_tags("concat('{\"a\":\"q', chr(92), '\"x\"}')", "'q\"x'"), '{"a":"erased"}'),
    ('session_problem', llm_cost.session_problem(), none)
] %}
{%- for value, type, expected in numbers %}
    {%- set name = 'number_or_null of ' ~ value | replace("'", '') ~ ' as ' ~ type %}
    {%- set number = llm_cost.number_or_null(value, type) %}
    {%- do checks.append((name, number ~ (' = ' ~ expected if expected else ' is null'), 'true')) %}
{%- endfor %}

with letters as (
    select 'c' as letter
    union all
    select 'a' as letter
    union all
    select 'b' as letter
),

texts as (
    select 'b, a' as texts
    union all
    select 'a, c' as texts
    union all
    select cast(null as string) as texts
),

listed as (
    select {{ llm_cost.list_text('letter', "'; '") }} as letters
    from letters
),

cases as (
    {% for name, actual, expected in checks -%}
        select
            '{{ name }}' as name,
            cast({{ actual }} as string) as actual,
            cast({{ "'" ~ expected ~ "'" if expected is not none else 'null' }} as string) as expected
        from listed
        {{ 'union all' if not loop.last }}
    {% endfor %}

    union all

    select
        'list_text in order' as name,
        letters as actual,
        'a; b; c' as expected
    from listed

    union all

    select
        'distinct_items' as name,
        {{ llm_cost.distinct_items('texts') }} as actual,
        'a, b, c' as expected
    from texts

    union all

    select
        'distinct_items of nothing' as name,
        {{ llm_cost.distinct_items('texts') }} as actual,
        cast(null as string) as expected
    from texts
    where texts is null
)

select *
from cases
where actual is distinct from expected
