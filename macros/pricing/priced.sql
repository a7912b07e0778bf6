{% macro priced(events, priced_at='occurred_at') %}
    {#- CTEs that end in `metered`: each event beside its price card, what it used in billed quantities, and the cost of each
        meter. They follow a CTE `rate_cards` (of one card_set) and one of events, whose name is given. priced_at is the column
        whose instant chooses among dated prices. -#}
    {%- set meters = llm_cost.meters() %}
    {%- set common = meters | selectattr('is_common', 'defined') | list %}
    {%- set rare = meters | rejectattr('is_common', 'defined') | list %}
    {%- set list_costs = [] %}
    {%- for meter in meters %}
        {%- do list_costs.append(llm_cost.usage_cost(meter, 'list_')) %}
    {%- endfor %}

accounted as (
    {{ llm_cost.with_contract_account(events) }}
),

cards_of_models as (
    select distinct
        provider,
        model_logged,
        service_tier,
        region_scope,
        contract_account,
        used_model_id,
        window_zone
    from rate_cards
),

-- the card's key and the minute of its week first, so that the join with the segments compares plain columns
events as (
    select
        accounted.*,
        cards_of_models.used_model_id,
        case
            when cards_of_models.window_zone is null then 0
            else {{ llm_cost.minute_of_week('accounted.occurred_at', 'cards_of_models.window_zone') }}
        end as week_minute
    from accounted
    -- grain: (provider, model_logged, service_tier, region_scope, contract_account) is unique in cards_of_models
    left join cards_of_models
        on
            accounted.provider = cards_of_models.provider
            and coalesce(accounted.model_served, accounted.model_requested) = cards_of_models.model_logged
            and accounted.service_tier = cards_of_models.service_tier
            and accounted.region_scope = cards_of_models.region_scope
            {%- if llm_cost.has_account_terms() %}
            and coalesce(accounted.contract_account, '') = coalesce(cards_of_models.contract_account, '')
            {%- endif %}
),

carded as (
    select
        events.*,
        rate_cards.card_id,
        rate_cards.model_billed,
        rate_cards.price_card_version,
        rate_cards.rate_ids,
        rate_cards.discount_ids,
        rate_cards.has_own_rates,
        rate_cards.has_fine_rates,
        {% for meter in common -%}
            rate_cards.{{ meter.name }}_rate,
            rate_cards.{{ meter.name }}_rate_12,
            {% if meter.fallback -%}
                rate_cards.is_{{ meter.name }}_fallback,
            {% endif -%}
        {% endfor -%}
        -- reasoning is billed apart from the output only where it has a price of its own
        events.output_tokens
        - case when rate_cards.reasoning_rate is not null then coalesce(events.reasoning_tokens, 0) else 0 end as text_output_tokens,
        case when rate_cards.reasoning_rate is not null then events.reasoning_tokens end as priced_reasoning_tokens,
        -- so are the pages a search model has read
        case when rate_cards.citation_rate is not null then events.citation_tokens end as priced_citation_tokens,
        case when rate_cards.requests_rate is not null and events.total_input_tokens is not null then 1 end as flat_fee_requests,
        {% for size in ['low', 'medium', 'high'] -%}
            case when events.search_context_size = '{{ size }}' then 1 end as {{ size }}_search_requests{{ ',' if not loop.last }}
        {% endfor %}
    from events
    -- grain: the segments of one card do not overlap in time, input size or week, so at most one row matches;
    -- int_llm_cost__rate_cards and the uniqueness of event_id are tested for it
    left join rate_cards
        on
            events.used_model_id = rate_cards.used_model_id
            and events.{{ priced_at }} >= rate_cards.valid_from
            and events.{{ priced_at }} < rate_cards.valid_to
            and coalesce(events.total_input_tokens, 0) >= rate_cards.tokens_from
            and coalesce(events.total_input_tokens, 0) < rate_cards.tokens_to
            and events.week_minute >= rate_cards.minute_from
            and events.week_minute < rate_cards.minute_to
),

-- most requests use no tool, audio, image or fee: their rates are not even fetched
sorted_out as (
    select
        *,
        {% for meter in rare -%}
            {{ 'or ' if not loop.first }}coalesce({{ meter.quantity }}, 0) > 0
        {% endfor -%}
        as has_rare_usage
    from carded
),

rated as (
    select
        sorted_out.*,
        {% for meter in rare -%}
            rare_cards.{{ meter.name }}_rate,
            rare_cards.{{ meter.name }}_rate_12,
            {% if meter.fallback -%}
                rare_cards.is_{{ meter.name }}_fallback,
            {% endif -%}
        {% endfor -%}
        {% for meter in meters -%}
            rare_cards.list_{{ meter.name }}_rate{{ ',' if not loop.last }}
        {% endfor %}
    from sorted_out
    -- grain: card_id is unique
    left join rate_cards as rare_cards
        on {{ llm_cost.equal_where('sorted_out.card_id', 'rare_cards.card_id', 'sorted_out.has_rare_usage or sorted_out.has_own_rates') }}
),

metered as (
    select
        *,
        {% for meter in common -%}
            {{ llm_cost.usage_cost(meter) }} as {{ meter.name }}_meter_usd,
        {% endfor -%}
        {% for meter in rare -%}
            case
                when has_rare_usage then {{ llm_cost.usage_cost(meter) }}
                else cast(0 as decimal(18, 12))
            end as {{ meter.name }}_meter_usd,
        {% endfor -%}
        {{ llm_cost.count_meters(common, rare, 'token', 'is null') }} as missing_token_meters,
        {{ llm_cost.count_meters(common, rare, 'token', 'is not null') }} as rated_token_meters,
        {{ llm_cost.count_meters([], rare, 'fee', 'is null') }} as missing_fee_meters,
        {{ llm_cost.count_meters([], rare, 'fee', 'is not null') }} as rated_fee_meters,
        {{ llm_cost.count_meters(common, rare, 'any', '> 0') }} as charged_meters,
        case
            when has_own_rates then {{ llm_cost.exact_sum(list_costs) }}
        end as list_total_usd,
        {% for meter in meters if meter.fallback -%}
            {{ 'or ' if not loop.first }}({{ meter.quantity }} > 0 and is_{{ meter.name }}_fallback)
        {% endfor -%}
        as uses_rate_fallback
    from rated
)
{%- endmacro %}
