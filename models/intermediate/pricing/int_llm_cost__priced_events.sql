{#- Each event beside its price card: what it used in billed quantities, and the cost of each meter. Rates and quantities
    only; what the row's status is and how meters add up to buckets is fct_llm_cost__requests. -#}
{%- set meters = llm_cost.meters() %}

with events as (
    select * from {{ ref('int_llm_cost__usage_events') }}
),

rate_cards as (
    select * from {{ ref('int_llm_cost__rate_cards') }}
),

rated as (
    select
        events.*,
        rate_cards.model_billed,
        rate_cards.region_billed,
        rate_cards.price_card_version,
        rate_cards.rate_ids,
        rate_cards.has_own_rates,
        -- reasoning is billed apart from the output only where it has a price of its own
        events.output_tokens
        - case when rate_cards.reasoning_rate is not null then coalesce(events.reasoning_tokens, 0) else 0 end as text_output_tokens,
        case when rate_cards.reasoning_rate is not null then events.reasoning_tokens end as priced_reasoning_tokens,
        case when rate_cards.requests_rate is not null and events.total_input_tokens is not null then 1 end as flat_fee_requests,
        {% for size in ['low', 'medium', 'high'] -%}
            case when events.search_context_size = '{{ size }}' then 1 end as {{ size }}_search_requests,
        {% endfor -%}
        {% for meter in meters -%}
            rate_cards.{{ meter.name }}_rate,
            rate_cards.list_{{ meter.name }}_rate,
            {% if meter.fallback -%}
                rate_cards.is_{{ meter.name }}_fallback,
            {% endif -%}
        {% endfor -%}
        rate_cards.used_model_id
    from events
    -- grain: the segments of one card do not overlap in time, input size or week, so at most one row matches;
    -- int_llm_cost__rate_cards and the uniqueness of event_id are tested for it
    left join rate_cards
        on
            events.provider = rate_cards.provider
            and coalesce(events.model_served, events.model_requested) = rate_cards.model_logged
            and events.service_tier = rate_cards.service_tier
            and events.region_scope = rate_cards.region_scope
            and events.occurred_at >= rate_cards.valid_from
            and events.occurred_at < rate_cards.valid_to
            and coalesce(events.total_input_tokens, 0) >= rate_cards.tokens_from
            and coalesce(events.total_input_tokens, 0) < rate_cards.tokens_to
            and (
                rate_cards.window_zone is null
                or (
                    {{ llm_cost.minute_of_week('events.occurred_at', 'rate_cards.window_zone') }} >= rate_cards.minute_from
                    and {{ llm_cost.minute_of_week('events.occurred_at', 'rate_cards.window_zone') }} < rate_cards.minute_to
                )
            )
)

select
    *,
    {% for meter in meters -%}
        {{ llm_cost.usage_cost(meter.quantity, meter.name ~ '_rate') }} as {{ meter.name }}_meter_usd,
    {% endfor -%}
    {% for kind, known in [('missing', 'is null'), ('rated', 'is not null')] -%}
        {% for group, is_token in [('token', true), ('fee', false)] -%}
            {% for meter in meters if (meter.is_token or false) == is_token -%}
                {{ '+ ' if not loop.first }}case when {{ meter.quantity }} > 0 and {{ meter.name }}_rate {{ known }} then 1 else 0 end
            {% endfor -%}
            as {{ kind }}_{{ group }}_meters,
        {% endfor -%}
    {% endfor -%}
    {% for meter in meters -%}
        {{ '+ ' if not loop.first }}case when {{ meter.quantity }} > 0 and {{ meter.name }}_rate > 0 then 1 else 0 end
    {% endfor -%}
    as charged_meters,
    case
        when has_own_rates then cast(
            {% for meter in meters -%}
                {{ '+ ' if not loop.first }}{{ llm_cost.usage_cost(meter.quantity, 'list_' ~ meter.name ~ '_rate') }}
            {% endfor -%}
            as decimal(18, 12)
        )
    end as list_total_usd,
    {% for meter in meters if meter.fallback -%}
        {{ 'or ' if not loop.first }}({{ meter.quantity }} > 0 and is_{{ meter.name }}_fallback)
    {% endfor -%}
    as uses_rate_fallback
from rated
