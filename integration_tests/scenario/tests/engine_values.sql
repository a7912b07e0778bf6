-- macros/engine: numbers, texts and hashes. A row is a case whose result differs from the one worked out by hand.
{%- set numbers = [
    ("'12'", 'bigint', '12'), ("'12.0'", 'bigint', '12'), ("' 12 '", 'bigint', '12'), ("'-3'", 'integer', '-3'), ("'twelve'", 'bigint', none),
    ("''", 'bigint', none), ("'99999999999999999999'", 'bigint', none), ('12', 'bigint', '12'),
    ("'0.1'", 'decimal(18, 12)', '0.100000000000'), ("'1e-05'", 'decimal(18, 12)', '0.000010000000'),
    ("'0.0000000000005'", 'decimal(18, 12)', '0.000000000001'), ("'1,50'", 'decimal(18, 9)', none), ("'1234567890'", 'decimal(18, 12)', none)
] %}

with cases as (
    {% for value, type, expected in numbers -%}
        select
            'number_or_null {{ value | replace("'", "") }} {{ type }}' as name,
            cast(coalesce({{ llm_cost.number_or_null(value, type) }} = {{ expected or 'null' }}, false) as string) as actual,
            '{{ 'true' if expected else 'false' }}' as expected
        union all
        select
            'number_or_null {{ value | replace("'", "") }} {{ type }} is NULL',
            cast({{ llm_cost.number_or_null(value, type) }} is null as string),
            '{{ 'false' if expected else 'true' }}'
        union all
    {% endfor -%}
    select 'seed_text trims', {{ llm_cost.seed_text("' a '") }}, 'a'
    union all
    select 'seed_text of an empty cell', {{ llm_cost.seed_text("'  '") }}, null
    union all
    select 'last_path_part', {{ llm_cost.last_path_part("'/home/somebody/checkout'") }}, 'checkout'
    union all
    select 'last_path_part with a closing slash', {{ llm_cost.last_path_part("'/home/somebody/checkout/'") }}, 'checkout'
    union all
    select 'regex_match', cast({{ llm_cost.regex_match("'0110000'", "'^[01]{7}$'") }} as string), 'true'
    union all
    select 'regex_match not', cast({{ llm_cost.regex_match("'01100'", "'^[01]{7}$'") }} as string), 'false'
    union all
    -- md5 of 'a|~|1': a NULL is told from an empty text
    select 'content_hash', {{ llm_cost.content_hash(["'a'", 'cast(null as string)', '1']) }}, '{{ local_md5("a|~|1") }}'
    union all
    select 'content_hash of an empty text', {{ llm_cost.content_hash(["'a'", "''", '1']) }}, '{{ local_md5("a||1") }}'
    union all
    select
        'hash64 tells its columns apart',
        cast({{ llm_cost.hash64(["'ab'", "'c'"]) }} <> {{ llm_cost.hash64(["'a'", "'bc'"]) }} as string),
        'true'
    union all
    select 'list_text in order', {{ llm_cost.list_text('letter', "'; '") }}, 'a; b; c'
    from (select 'c' as letter union all select 'a' union all select 'b') as letters
    union all
    select 'session_problem', {{ llm_cost.session_problem() }}, null
)

select *
from cases
where actual is distinct from expected
