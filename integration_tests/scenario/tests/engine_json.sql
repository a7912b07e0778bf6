-- macros/engine: JSON. A row is a case whose result differs from the one worked out by hand.
{%- set schema = {'a': 'BIGINT', 'text': 'VARCHAR', 'seconds': 'DECIMAL(18,3)', 'inner': {'b': 'BIGINT'}, 'list': [{'kind': 'VARCHAR', 'n': 'BIGINT'}]} %}

with given as (
    select
        '{"a": 12, "text": {"x": [1, 2]}, "seconds": 12.5, "inner": {"b": 7, "unknown": 1}, "list": [{"kind": "in", "n": 3}, {"kind": "out", "n": 4}, {"kind": "in", "n": null}, {"kind": "in", "n": 5}]}' as whole,
        '{"a": 12.0, "inner": "no object", "list": 5, "text": "plain"}' as odd,
        '{"a": "17", "text": null, "list": []}' as other,
        '{"a": 1' as broken
),

parsed as (
    select
        given.*,
        {{ llm_cost.parsed_json('whole', schema) }} as w,
        {{ llm_cost.parsed_json('odd', schema) }} as o,
        {{ llm_cost.parsed_json('other', schema) }} as t,
        {{ llm_cost.parsed_json('broken', schema) }} as b
    from given
),

exploded as (
    select {{ llm_cost.explode('w.list') }} as item
    from parsed
),

cases as (
    select 'whole number' as name, cast(w.a as string) as actual, '12' as expected from parsed
    union all
    select 'object as text', w.text, '{"x":[1,2]}' from parsed
    union all
    select 'decimal', cast(w.seconds as string), '12.500' from parsed
    union all
    select 'nested', cast(w.inner.b as string), '7' from parsed
    union all
    select 'whole number written as a decimal', cast(o.a as string), '12' from parsed
    union all
    select 'text where an object was expected', cast(o.inner.b as string), null from parsed
    union all
    select 'text beside fields of another type', o.text, 'plain' from parsed
    union all
    select 'whole number written as text', cast(t.a as string), '17' from parsed
    union all
    select 'JSON null', t.text, null from parsed
    union all
    select 'no JSON', cast(b.a as string), null from parsed
    union all
    select 'sum_where', cast({{ llm_cost.sum_where('w.list', 'item', "item.kind = 'in'", 'item.n') }} as string), '8' from parsed
    union all
    select 'sum_where none', cast({{ llm_cost.sum_where('w.list', 'item', "item.kind = 'else'", 'item.n') }} as string), null from parsed
    union all
    select 'sum_where of an empty list', cast({{ llm_cost.sum_where('t.list', 'item', "item.kind = 'in'", 'item.n') }} as string), null from parsed
    union all
    select 'sum_where of no list', cast({{ llm_cost.sum_where('o.list', 'item', "item.kind = 'in'", 'item.n') }} as string), null from parsed
    union all
    select 'explode', cast(count(*) as string) || ':' || cast(sum(item.n) as string), '4:12' from exploded
    union all
    select 'text_of_json of text', {{ llm_cost.text_of_json('other') }}, other from parsed
    union all
    select 'text_of_json of a struct', {{ llm_cost.json_text(llm_cost.text_of_json('w'), '$.inner.b') }}, '7' from parsed
    union all
    select 'json_text of an object', {{ llm_cost.json_text('whole', '$.inner') }}, '{"b":7,"unknown":1}' from parsed
    union all
    select 'json_text of nothing there', {{ llm_cost.json_text('whole', '$.nothing') }}, null from parsed
    union all
    select 'json_text of no JSON', {{ llm_cost.json_text('broken', '$.a') }}, null from parsed
)

select *
from cases
where actual is distinct from expected
