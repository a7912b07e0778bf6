{{ config(**llm_cost.by_day('int_llm_cost__reporting_days', 'usage_date', keeps_sealed=true)) }}

{#- A day's cache use, in sums from which the statistics of any period and of any group of owners follow without the requests. Grain:
    owner_kind × owner × usage_date × provider × model. -#}

with days as (
    {{ llm_cost.days_to_rebuild('int_llm_cost__reporting_days', 'usage_date', keeps_sealed=true) }}
),

{{ llm_cost.cache_calls() }},

rules as (
    select * from {{ ref('int_llm_cost__model_cache_rules') }}
),

chained as (
    select
        *,
        {% for column in ['model', 'api_key_id', 'prefix_id', 'input_tokens', 'cache_write_1h_tokens'] -%}
            lag({{ column }}) over (partition by tenant_id, provider, chain_id order by occurred_at, event_id) as last_{{ column }},
        {% endfor -%}
        lag(occurred_at) over (partition by tenant_id, provider, chain_id order by occurred_at, event_id) as last_at,
        lead(model) over (partition by tenant_id, provider, chain_id order by occurred_at, event_id) as lead_model,
        lead(cache_read_tokens) over (partition by tenant_id, provider, chain_id order by occurred_at, event_id) as lead_cache_read_tokens,
        lead(occurred_at) over (partition by tenant_id, provider, chain_id order by occurred_at, event_id) as lead_at
    from calls
),

-- calls that are hours apart are not neighbours
near as (
    select
        chained.*,
        rules.min_cacheable_tokens,
        {{ llm_cost.milliseconds_between('chained.last_at', 'chained.occurred_at') }} as last_milliseconds,
        {{ llm_cost.milliseconds_between('chained.occurred_at', 'chained.lead_at') }} as lead_milliseconds,
        case when chained.last_cache_write_1h_tokens > 0 then greatest(3600, rules.lifetime_seconds) else rules.lifetime_seconds end as lifetime_seconds,
        case when chained.cache_write_1h_tokens > 0 then greatest(3600, rules.lifetime_seconds) else rules.lifetime_seconds end as own_lifetime_seconds
    from chained
    -- grain: the intervals of one provider and model do not overlap
    left join rules
        on
            chained.provider = rules.provider
            and chained.model = rules.model
            and chained.usage_date >= rules.valid_from
            and chained.usage_date < rules.valid_to
    where chained.day_fingerprint is not null
),

linked as (
    select
        *,
        case when last_milliseconds < 3600000 * {{ llm_cost.cache_chain_hours() }} then last_at end as previous_at,
        case when lead_milliseconds < 3600000 * {{ llm_cost.cache_chain_hours() }} then lead_at end as next_at,
        {% for column in ['model', 'api_key_id', 'prefix_id', 'input_tokens'] -%}
            case when last_milliseconds < 3600000 * {{ llm_cost.cache_chain_hours() }} then last_{{ column }} end as previous_{{ column }},
        {% endfor -%}
        cast(case when last_milliseconds < 3600000 * {{ llm_cost.cache_chain_hours() }} then last_milliseconds end as decimal(18, 0)) * 0.001 as gap_seconds,
        lead_model = model and lead_milliseconds <= 1000 * own_lifetime_seconds and lead_cache_read_tokens > 0 as is_write_read
    from near
),

judged as (
    select
        *,
        case when is_sampled then coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0) end as sampled_write_tokens,
        case
            when not is_sampled then null
            {%- for cause, condition in llm_cost.cache_miss_causes().items() %}
            when {{ condition }} then '{{ cause }}'
            {%- endfor %}
        end as miss_cause,
        case when is_sampled and input_cost_usd is not null and input_cost_without_cache_usd is not null then prompt_tokens end as priced_prompt_tokens,
        case when is_sampled then cast(hit_ratio as decimal(15, 14)) end as ratio_14
    from linked
),

owned as (
    {{ llm_cost.by_owner_kind('judged', 'true') }}
),

summed as (
    select
        owner_kind,
        owner,
        provider,
        model,
        {% for name, type, expression in llm_cost.cache_sums() -%}
            cast({{ expression }} as {{ type }}) as {{ name }},
        {% endfor -%}
        {{ llm_cost.quantiles('hit_ratio', [0.1, 0.5, 0.9]) }} as day_quantiles,
        usage_date,
        day_fingerprint
    from owned
    group by owner_kind, owner, provider, model, usage_date, day_fingerprint
)

select
    owner_kind,
    owner,
    provider,
    model,
    {% for name, type, expression in llm_cost.cache_sums() -%}
        {{ name }},
    {% endfor -%}
    {% for percent in [10, 50, 90] -%}
        {{ llm_cost.list_item('day_quantiles', loop.index) }} as p{{ percent }}_of_request_ratios,
    {% endfor -%}
    usage_date,
    day_fingerprint
from summed
