{% macro cache_sums() %}
    {#- What a day's state keeps, as [name, type, aggregate over calls]: all of it adds up over days, models and owners. What several sums say
        together: macros/cache/statistics.sql. -#}
    {%- set sums = [
        ['requests', 'bigint', 'count(*)'],
        ['requests_with_input', 'bigint', 'count(case when input_tokens > 0 then 1 end)'],
        ['reporting_requests', 'bigint', 'count(case when is_sampled then 1 end)'],
        ['uncached_input_tokens', 'bigint', 'sum(uncached_input_tokens)'],
        ['cache_read_tokens', 'bigint', 'sum(case when is_sampled then cache_read_tokens end)'],
        ['cache_write_5m_tokens', 'bigint', 'sum(cache_write_5m_tokens)'],
        ['cache_write_1h_tokens', 'bigint', 'sum(cache_write_1h_tokens)'],
        ['prompt_tokens', 'bigint', 'coalesce(sum(prompt_tokens), 0)'],
        ['unreported_input_tokens', 'bigint', 'coalesce(sum(case when not is_sampled then input_tokens end), 0)'],
        ['priced_prompt_tokens', 'bigint', 'coalesce(sum(priced_prompt_tokens), 0)'],
        ['priced_cache_read_tokens', 'bigint', 'coalesce(sum(case when priced_prompt_tokens is not null then cache_read_tokens end), 0)'],
        ['total_cost_usd', 'decimal(28, 12)', 'sum(total_cost_usd)'],
        ['input_cost_usd', 'decimal(28, 12)', 'sum(case when priced_prompt_tokens is not null then input_cost_usd end)'],
        ['cache_read_cost_usd', 'decimal(28, 12)', 'sum(case when priced_prompt_tokens is not null then cache_read_cost_usd end)'],
        ['input_cost_without_cache_usd', 'decimal(28, 12)', 'sum(case when priced_prompt_tokens is not null then input_cost_without_cache_usd end)'],
        ['requests_with_known_minimum', 'bigint', 'count(case when is_sampled and min_cacheable_tokens is not null then 1 end)'],
        ['eligible_requests', 'bigint', 'count(case when prompt_tokens >= min_cacheable_tokens then 1 end)'],
        ['eligible_prompt_tokens', 'bigint', 'coalesce(sum(case when prompt_tokens >= min_cacheable_tokens then prompt_tokens end), 0)'],
        ['eligible_cache_read_tokens', 'bigint', 'coalesce(sum(case when prompt_tokens >= min_cacheable_tokens then cache_read_tokens end), 0)'],
        ['prompt_tokens_squared', 'decimal(38, 0)', 'coalesce(sum(cast(prompt_tokens as decimal(19, 0)) * cast(prompt_tokens as decimal(18, 0))), 0)'],
        ['cache_read_tokens_squared', 'decimal(38, 0)', 'coalesce(sum(case when is_sampled then cast(cache_read_tokens as decimal(19, 0)) * cast(cache_read_tokens as decimal(18, 0)) end), 0)'],
        ['cache_read_by_prompt_tokens', 'decimal(38, 0)', 'coalesce(sum(case when is_sampled then cast(cache_read_tokens as decimal(19, 0)) * cast(prompt_tokens as decimal(18, 0)) end), 0)'],
        ['ratio_sum', 'decimal(38, 14)', 'coalesce(sum(ratio_14), 0)'],
        ['ratio_squared_sum', 'decimal(38, 28)', 'coalesce(sum(ratio_14 * ratio_14), 0)'],
        ['cache_read_by_ratio', 'decimal(38, 14)', 'coalesce(sum(case when is_sampled then cast(cache_read_tokens as decimal(19, 0)) * ratio_14 end), 0)'],
        ['cost_log_sum', 'decimal(38, 24)', 'coalesce(sum(case when priced_prompt_tokens is not null and input_cost_usd > 0 then cast(cast(input_cost_usd as double) * ln(cast(input_cost_usd as double) / priced_prompt_tokens) as decimal(38, 24)) end), 0)'],
        ['chained_requests', 'bigint', 'count(case when has_chain then 1 end)'],
        ['chain_starts', 'bigint', 'count(case when has_chain and previous_at is null then 1 end)'],
        ['one_shot_requests', 'bigint', 'count(case when has_chain and previous_at is null and next_at is null then 1 end)'],
        ['follow_up_requests', 'bigint', 'count(previous_at)'],
        ['gap_seconds', 'decimal(28, 3)', 'coalesce(sum(gap_seconds), 0)'],
        ['timed_follow_up_requests', 'bigint', 'count(case when gap_seconds is not null and lifetime_seconds is not null then 1 end)'],
        ['expired_requests', 'bigint', 'count(case when gap_seconds > lifetime_seconds then 1 end)'],
        ['model_switch_requests', 'bigint', 'count(case when previous_model <> model then 1 end)'],
        ['key_switch_requests', 'bigint', 'count(case when previous_api_key_id <> api_key_id then 1 end)'],
        ['prefix_follow_up_requests', 'bigint', 'count(case when previous_prefix_id is not null and prefix_id is not null then 1 end)'],
        ['same_prefix_requests', 'bigint', 'count(case when previous_prefix_id = prefix_id then 1 end)'],
        ['unread_write_tokens', 'bigint', 'coalesce(sum(case when not coalesce(is_write_read, false) then sampled_write_tokens end), 0)']
    ] %}
    {%- for cause in llm_cost.cache_miss_causes() %}
        {%- do sums.append([cause ~ '_miss_tokens', 'bigint', "coalesce(sum(case when miss_cause = '" ~ cause ~ "' then prompt_tokens - cache_read_tokens end), 0)"]) %}
    {%- endfor %}
    {{ return(sums) }}
{% endmacro %}
