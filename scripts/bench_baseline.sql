-- What a good engineer writes in an afternoon for exactly the benchmark's history: three tables in one DuckDB file,
-- events, costs and hourly. Knows the four API shapes and the models of that history and nothing else.
-- Variables set by bench.py: history (glob of Parquet files), price_rates (the package's price rows).

-- Price cards: for every instant and input size at which a model's price changes, the rate of each meter in force. ----
create temp table rates as
with facts as (
    select
        *,
        lead(valid_from, 1, timestamp '9999-12-31') over (
            partition by provider, model, meter, service_tier, min_input_tokens, threshold_comparator order by valid_from
        ) as valid_to
    from read_csv(getvariable('price_rates'), header = true, types = {'unit_price': 'varchar', 'valid_from': 'timestamp', 'min_input_tokens': 'bigint'})
    where region_scope = 'global' and window_name is null
        and (provider, model) in (
            ('openai', 'gpt-5.6-sol'), ('openai', 'gpt-5.6-luna'), ('openai', 'gpt-5-mini'), ('openai', 'gpt-4.1-mini'), ('anthropic', 'claude-3-7-sonnet'),
            ('anthropic', 'claude-sonnet-4-5'), ('anthropic', 'claude-sonnet-4-6'), ('anthropic', 'claude-3-5-haiku'), ('anthropic', 'claude-haiku-4-5'),
            ('anthropic', 'claude-opus-4-7'), ('anthropic', '*'), ('google', 'gemini-2.5-flash'), ('google', 'gemini-3.6-flash'), ('xai', 'grok-4.3')
        )
)

select
    provider,
    model,
    meter,
    service_tier,
    rate_id,
    min_input_tokens + case when threshold_comparator = '>' then 1 else 0 end as tokens_from,
    -- per million or per thousand: exact at 12 decimals, the scale of the costs
    cast(cast(unit_price as decimal(18, 6)) * case per_units when 1000000 then 0.000001 when 1000 then 0.001 end as decimal(18, 12)) as rate,
    valid_from,
    valid_to,
    change_kind <> 'withdrawn' as is_offered
from facts;

create temp table cards as
with cells as (
    select distinct provider, model, service_tier, instants.valid_from, sizes.tokens_from
    from (select distinct provider, model, service_tier, valid_from from rates where model <> '*' and service_tier <> '*') as instants
    inner join (select distinct provider, model, service_tier, tokens_from from rates) as sizes using (provider, model, service_tier)
),

chosen as (
    select
        cells.*,
        rates.meter,
        arg_max(rates.rate, (rates.tokens_from, rates.valid_from)) as rate,
        arg_max(rates.rate_id, (rates.tokens_from, rates.valid_from)) as rate_id
    from cells
    inner join rates
        on cells.provider = rates.provider
            and rates.model in (cells.model, '*')
            and rates.service_tier in (cells.service_tier, '*')
            and rates.is_offered
            and rates.valid_from <= cells.valid_from
            and rates.valid_to > cells.valid_from
            and rates.tokens_from <= cells.tokens_from
    group by all
)

select
    provider,
    model,
    service_tier,
    valid_from,
    lead(valid_from, 1, timestamp '9999-12-31') over (partition by provider, model, service_tier, tokens_from order by valid_from) as valid_to,
    tokens_from,
    lead(tokens_from, 1, 9223372036854775807) over (partition by provider, model, service_tier, valid_from order by tokens_from) as tokens_to,
    max(rate) filter (meter = 'uncached_input') as uncached_input_rate,
    max(rate) filter (meter = 'cache_read') as cache_read_rate,
    max(rate) filter (meter = 'cache_write_5m') as cache_write_5m_rate,
    max(rate) filter (meter = 'cache_write_1h') as cache_write_1h_rate,
    max(rate) filter (meter = 'output') as output_rate,
    max(rate) filter (meter = 'web_search_requests') as web_search_rate,
    string_agg(rate_id, ',' order by rate_id) as rate_ids
from chosen
group by provider, model, service_tier, valid_from, tokens_from;

-- Events: read and parse the logs once, with disjoint token buckets. ---------------------------------------------------
create table events as
with parsed as (
    select
        *,
        from_json(usage, '{
            "prompt_tokens": "BIGINT", "completion_tokens": "BIGINT", "total_tokens": "BIGINT",
            "prompt_tokens_details": {"cached_tokens": "BIGINT", "cache_write_tokens": "BIGINT"},
            "completion_tokens_details": {"reasoning_tokens": "BIGINT"}, "cost_in_usd_ticks": "BIGINT",
            "input_tokens": "BIGINT", "output_tokens": "BIGINT", "cache_read_input_tokens": "BIGINT", "cache_creation_input_tokens": "BIGINT",
            "cache_creation": {"ephemeral_1h_input_tokens": "BIGINT"}, "server_tool_use": {"web_search_requests": "BIGINT"}, "service_tier": "VARCHAR",
            "promptTokenCount": "BIGINT", "candidatesTokenCount": "BIGINT", "thoughtsTokenCount": "BIGINT", "cachedContentTokenCount": "BIGINT"
        }') as u
    from read_parquet(getvariable('history'))
)

select
    coalesce(response_id, request_id) as call_id,
    occurred_at,
    provider,
    api_surface,
    model_requested,
    model_served,
    case coalesce(model_served, model_requested)
        when 'gpt-5-mini-2025-08-07' then 'gpt-5-mini'
        when 'claude-sonnet-4-5-20250929' then 'claude-sonnet-4-5'
        when 'claude-haiku-4-5-20251001' then 'claude-haiku-4-5'
        when 'gpt-4.1-mini-2025-04-14' then 'gpt-4.1-mini'
        when 'claude-3-7-sonnet-20250219' then 'claude-3-7-sonnet'
        when 'claude-3-5-haiku-20241022' then 'claude-3-5-haiku'
        else coalesce(model_served, model_requested)
    end as model_billed,
    coalesce(u.service_tier, nullif(service_tier, 'default'), 'standard') as service_tier,
    case api_surface
        when 'anthropic_messages' then u.input_tokens
        when 'gemini_generate' then u.promptTokenCount - coalesce(u.cachedContentTokenCount, 0)
        else u.prompt_tokens - coalesce(u.prompt_tokens_details.cached_tokens, 0) - coalesce(u.prompt_tokens_details.cache_write_tokens, 0)
    end as uncached_input_tokens,
    coalesce(u.prompt_tokens_details.cached_tokens, u.cache_read_input_tokens, u.cachedContentTokenCount) as cache_read_tokens,
    coalesce(u.prompt_tokens_details.cache_write_tokens, u.cache_creation_input_tokens - u.cache_creation.ephemeral_1h_input_tokens) as cache_write_5m_tokens,
    u.cache_creation.ephemeral_1h_input_tokens as cache_write_1h_tokens,
    case api_surface
        when 'anthropic_messages' then u.output_tokens
        when 'gemini_generate' then u.candidatesTokenCount + coalesce(u.thoughtsTokenCount, 0)
        when 'xai_chat' then u.total_tokens - u.prompt_tokens
        else u.completion_tokens
    end as output_tokens,
    coalesce(u.completion_tokens_details.reasoning_tokens, u.thoughtsTokenCount) as reasoning_tokens,
    u.server_tool_use.web_search_requests as web_search_requests,
    case api_surface
        when 'anthropic_messages' then u.input_tokens + u.cache_read_input_tokens + u.cache_creation_input_tokens
        else coalesce(u.prompt_tokens, u.promptTokenCount)
    end as total_input_tokens,
    least(u.prompt_tokens, u.completion_tokens, u.output_tokens, u.candidatesTokenCount) < 0 as is_rejected,
    cast(u.cost_in_usd_ticks * 0.0000000001::decimal(11, 10) as decimal(18, 12)) as provider_reported_cost_usd,
    usage is null and status <> 'success' as is_not_billable,
    response_id, request_id, trace_id, parent_id, session_id, status, error_code, team, service, feature, environment, tenant_id, user_id, api_key_id, cost_center,
    prompt_template, operation, latency_ms
from parsed;

-- Negative counts go aside; a call logged more than once is counted once, with its last usage at its first time. -------
create table rejects as select * from events where is_rejected;
delete from events where is_rejected;

create temp table repeats as
select events.*
from events
inner join (select provider, call_id from events group by provider, call_id having count(*) > 1) using (provider, call_id);

delete from events using (select distinct provider, call_id from repeats) as repeated
where events.provider = repeated.provider and events.call_id = repeated.call_id;

insert into events
select * exclude (first_at) replace (first_at as occurred_at)
from (select *, min(occurred_at) over (partition by provider, call_id) as first_at from repeats)
qualify row_number() over (partition by provider, call_id order by occurred_at desc) = 1;

-- Costs: every event with its price, exact: 12 decimals, a product of two integers. --------------------------------------
create temp macro usd(quantity, rate) as cast(cast(quantity as decimal(18, 0)) * rate as decimal(18, 12));

create table costs as
with priced as (
    select
        events.*,
        cards.rate_ids,
        cards.valid_from as price_valid_from,
        cards.model is not null as is_priced,
        coalesce(usd(uncached_input_tokens, uncached_input_rate), 0) as uncached_input_cost_usd,
        coalesce(usd(cache_read_tokens, cache_read_rate), 0) as cache_read_cost_usd,
        coalesce(usd(cache_write_5m_tokens, cache_write_5m_rate), 0) + coalesce(usd(cache_write_1h_tokens, cache_write_1h_rate), 0)
            as cache_write_cost_usd,
        coalesce(usd(output_tokens, output_rate), 0) as output_cost_usd,
        coalesce(usd(web_search_requests, web_search_rate), 0) as tool_cost_usd
    from events
    left join cards
        on events.provider = cards.provider
            and events.model_billed = cards.model
            and events.service_tier = cards.service_tier
            and events.occurred_at >= cards.valid_from
            and events.occurred_at < cards.valid_to
            and coalesce(events.total_input_tokens, 0) >= cards.tokens_from
            and coalesce(events.total_input_tokens, 0) < cards.tokens_to
)
select
    * exclude (is_priced, is_rejected),
    case when is_not_billable then 'not_billable' when not is_priced then 'unpriced' else 'priced' end as pricing_status,
    case
        when is_not_billable then 0
        when is_priced then uncached_input_cost_usd + cache_read_cost_usd + cache_write_cost_usd + output_cost_usd + tool_cost_usd
    end as total_cost_usd
from priced;

-- Hourly: the rollup by owner, model, tier and status. -----------------------------------------------------------------
create table hourly as
select
    date_trunc('hour', occurred_at) as hour_at,
    team, cost_center, service, feature, environment, tenant_id, prompt_template, api_key_id, provider, model_served, model_billed,
    service_tier, operation, status, pricing_status, price_valid_from,
    count(*) as requests,
    count(cache_read_tokens) as requests_reporting_cache,
    sum(uncached_input_tokens)::bigint as uncached_input_tokens,
    sum(cache_read_tokens)::bigint as cache_read_tokens,
    sum(cache_write_5m_tokens)::bigint as cache_write_5m_tokens,
    sum(cache_write_1h_tokens)::bigint as cache_write_1h_tokens,
    sum(output_tokens)::bigint as output_tokens,
    sum(reasoning_tokens)::bigint as reasoning_tokens,
    sum(web_search_requests)::bigint as web_search_requests,
    sum(total_input_tokens)::bigint as total_input_tokens,
    sum(latency_ms)::bigint as latency_ms,
    sum(uncached_input_cost_usd) as uncached_input_cost_usd,
    sum(cache_read_cost_usd) as cache_read_cost_usd,
    sum(cache_write_cost_usd) as cache_write_cost_usd,
    sum(output_cost_usd) as output_cost_usd,
    sum(tool_cost_usd) as tool_cost_usd,
    sum(total_cost_usd) as total_cost_usd,
    sum(provider_reported_cost_usd) as provider_reported_cost_usd
from costs
group by all;
