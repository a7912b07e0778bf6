-- macros/engine: JSON. A row is a case whose result differs from the one worked out by hand.
{%- set schema = {'a': 'BIGINT', 'text': 'VARCHAR', 'seconds': 'DECIMAL(18,3)', 'inner': {'b': 'BIGINT'}, 'list': [{'kind': 'VARCHAR', 'n': 'BIGINT'}]} %}
{%- set checks = [
    ('whole number', 'w.a', '12'),
    ('object as text', 'w.text', '{"x":[1,2]}'),
    ('decimal', 'w.seconds', '12.500'),
    ('nested', 'w.inner.b', '7'),
    ('whole number written as a decimal', 'o.a', '12'),
    ('text where an object was expected', 'o.inner.b', none),
    ('text beside fields of another type', 'o.text', 'plain'),
    ('whole number written as text', 't.a', '17'),
    ('JSON null', 't.text', none),
    ('no JSON', 'b.a', none),
    ('sum_where', llm_cost.sum_where('w.list', 'item', "item.kind = 'in'", 'item.n'), '8'),
    ('sum_where none', llm_cost.sum_where('w.list', 'item', "item.kind = 'else'", 'item.n'), none),
    ('sum_where of an empty list', llm_cost.sum_where('t.list', 'item', "item.kind = 'in'", 'item.n'), none),
    ('sum_where of no list', llm_cost.sum_where('o.list', 'item', "item.kind = 'in'", 'item.n'), none),
    ('text_of_json of text', llm_cost.text_of_json('other') ~ ' = other', 'true'),
    ('text_of_json of a struct', llm_cost.json_text(llm_cost.text_of_json('w'), '$.inner.b'), '7'),
    ('json_text of an object', llm_cost.json_text('whole', '$.inner'), '{"b":7,"unknown":1}'),
    ('json_text of nothing there', llm_cost.json_text('whole', '$.nothing'), none),
    ('json_text of no JSON', llm_cost.json_text('broken', '$.a'), none)
] %}

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
    {% for name, actual, expected in checks -%}
        select
            '{{ name }}' as name,
            cast({{ actual }} as string) as actual,
            cast({{ "'" ~ expected ~ "'" if expected is not none else 'null' }} as string) as expected
        from parsed
        {{ 'union all' if not loop.last }}
    {% endfor %}

    union all

    select
        'explode' as name,
        cast(count(*) as string) || ':' || cast(sum(item.n) as string) as actual,
        '4:12' as expected
    from exploded
)

select *
from cases
where actual is distinct from expected
