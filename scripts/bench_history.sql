-- One day's file of the benchmark's usage_log history. Every value is a function of the call's number, and a call's number of its
-- day, so that a day's file is the same in a history of any length. Placeholders filled by the benchmark: {day}, {calls} a day, {file}.
-- A file has the calls of its day, but for those that arrive late, and those of the day before and of three days before that do. Shares:
-- docs/benchmarks.md.

copy (
    with numbered as (
        select
            age,
            date '{day}' - age as home_day,
            position,
            call_number,
            -- share of the day's calls before this one
            (position + 0.5) / {calls} as progress,
            fault,
            -- a window of 4,800 calls is 200 conversations at once, of 24 calls each
            (call_number - position) // {calls} * 1000000 + position // 4800 * 200 + position % 200 as session_number,
            position // 200 % 24 as session_step
        from (
            select
                age,
                position,
                date_diff('day', date '2025-01-01', date '{day}' - age) * {calls} + position as call_number,
                hash(call_number * 8 + 5) / 18446744073709551616.0 as fault
            from range({calls}) as positions(position), (values (0), (1), (3)) as ages(age)
        )
        where age = 0
            or (age = 1 and (fault between 0.028 and 0.0295 or fault between 0.040 and 0.044))
            or (age = 3 and (fault between 0.0295 and 0.030 or fault between 0.044 and 0.045))
    ),

    -- a conversation is four actions of one, two, three and six calls, twice; the first call of an action leads to the others
    grouped as (
        select
            *,
            session_number * 8 + session_step // 12 * 4 + [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3][1 + session_step % 12] as trace_number,
            [0, 0, 1, 0, 1, 2, 0, 1, 2, 3, 4, 5][1 + session_step % 12] as trace_step,
            -- Zipf: the n-th of 400 tenants and of 24 features has a share that falls as 1/n
            cast(floor(exp(hash(session_number, 1) / 18446744073709551616.0 * ln(401))) as integer) as tenant_number,
            cast(floor(exp(hash(session_number, 2) / 18446744073709551616.0 * ln(25))) as integer) as feature_number,
            hash(session_number, 3) as session_digits
        from numbered
    ),

    drawn as (
        select
            *,
            -- independent uniform numbers in [0, 1); three of four calls of an action use one model
            hash(case when call_number % 4 > 0 then -trace_number else call_number * 8 end) / 18446744073709551616.0 as kind,
            hash(call_number * 8 + 1) / 18446744073709551616.0 as size,
            hash(call_number * 8 + 2) / 18446744073709551616.0 as answer,
            hash(call_number * 8 + 3) / 18446744073709551616.0 as caching,
            hash(call_number * 8 + 6) / 18446744073709551616.0 as extra,
            hash(call_number * 8 + 7) as digits,
            hash((call_number - 200 * trace_step) * 8 + 7) as parent_digits,
            tenant_number * 37 % 100 / 100.0 as warmth
        from grouped
    ),

    modelled as (
        select
            *,
            case when kind < 0.45 then 0 when kind < 0.80 then 1 when kind < 0.95 then 2 else 3 end as surface,
            case
                when kind < 0.10 then 1 when kind < 0.25 then 2 when kind < 0.45 then 3
                when kind < 0.60 then 4 when kind < 0.75 then 5 when kind < 0.80 then 6
                when kind < 0.95 then 7 else 8
            end as model_number,
            -- most of a day's calls fall into office hours; those that run over midnight start in its last minute
            home_day::timestamp + to_microseconds(cast(86400e6 * case
                when fault between 0.028 and 0.0295 then 1 - caching / 1440 - 0.00001
                when progress < 0.2 then progress / 0.2 * 8 / 24
                when progress < 0.8 then (8 + (progress - 0.2) / 0.6 * 10) / 24
                else (18 + (progress - 0.8) / 0.2 * 6) / 24
            end as bigint)) as occurred_at,
            cast(case when extra < 0.003 then 200000 + 200000 * size else 150 + 60000 * power(size, 4) end as bigint) as input_tokens,
            cast(5 + 4000 * power(answer, 3) as bigint) as output_tokens,
            fault < 0.005 as is_failure,
            fault >= 0.005 and fault < 0.006 as is_negative,
            fault >= 0.010 and fault < 0.0145 and kind < 0.45 as is_unknown_model,
            fault >= 0.020 and fault < 0.028 as is_streamed_twice,
            fault between 0.028 and 0.0295 as is_over_midnight,
            fault between 0.0295 and 0.030 as is_replayed,
            case when fault between 0.040 and 0.044 then 1 when fault between 0.044 and 0.045 then 3 else 0 end as days_late
        from drawn
    ),

    counted as (
        select
            *,
            -- a prompt long enough to cache is read from the cache for a share of itself, or written to it: some tenants' often, some seldom
            case
                when input_tokens > 1024 and caching < warmth then cast(floor(input_tokens * (0.3 + 0.65 * caching) / 128) as bigint) * 128 else 0
            end as cached_tokens,
            case when input_tokens > 1024 and caching > 0.5 + warmth / 2 then cast(floor(input_tokens * 0.6) as bigint) else 0 end as written_tokens,
            case when extra > 0.70 then cast(floor(output_tokens * (extra - 0.4)) as bigint) else 0 end as reasoning_tokens
        from modelled
    ),

    -- a streamed call is logged twice: at first with the part of the answer that had arrived, then in full
    logged as (
        select
            * replace (occurred_at + case when is_over_midnight then interval '75' second else interval '0' second end as occurred_at),
            case when is_negative then -output_tokens else output_tokens end as answer_tokens
        from counted
        where age = case when is_over_midnight then 1 else days_late end or (is_replayed and age = 3)
        union all
        select
            * replace (
                output_tokens // 3 as output_tokens,
                least(reasoning_tokens, output_tokens // 3) as reasoning_tokens,
                occurred_at - to_milliseconds(case when is_streamed_twice then 200 + cast(caching * 20000 as integer) else 0 end) as occurred_at
            ),
            output_tokens // 3 as answer_tokens
        from counted
        where age = 0 and (is_streamed_twice or is_over_midnight)
    ),

    -- what a team used before a model was there
    named as (
        select
            *,
            case model_number
                when 1 then 'gpt-5.6-sol'
                when 2 then 'gpt-5.6-luna'
                when 3 then case when home_day < date '2025-08-07' then 'gpt-4.1-mini' else 'gpt-5-mini' end
                when 4 then case
                    when home_day < date '2025-09-29' then 'claude-3-7-sonnet' when home_day < date '2026-02-17' then 'claude-sonnet-4-5' else 'claude-sonnet-4-6'
                end
                when 5 then case when home_day < date '2025-10-15' then 'claude-3-5-haiku' else 'claude-haiku-4-5' end
                when 6 then 'claude-opus-4-7'
                when 7 then case when home_day < date '2026-07-21' then 'gemini-2.5-flash' else 'gemini-3.6-flash' end
                else 'grok-4.3'
            end as model_name
        from logged
    )

    select
        occurred_at,
        ['openai', 'anthropic', 'google', 'xai'][surface + 1] as provider,
        ['openai_chat', 'anthropic_messages', 'gemini_generate', 'xai_chat'][surface + 1] as api_surface,
        case when is_unknown_model then 'in-house-preview' else model_name end as model_requested,
        case when is_failure then null when is_unknown_model then 'in-house-preview' else case model_name
            when 'gpt-4.1-mini' then 'gpt-4.1-mini-2025-04-14' when 'gpt-5-mini' then 'gpt-5-mini-2025-08-07'
            when 'claude-3-7-sonnet' then 'claude-3-7-sonnet-20250219' when 'claude-sonnet-4-5' then 'claude-sonnet-4-5-20250929'
            when 'claude-3-5-haiku' then 'claude-3-5-haiku-20241022' when 'claude-haiku-4-5' then 'claude-haiku-4-5-20251001'
            else model_name
        end end as model_served,
        case when not is_failure
            then ['chatcmpl-', 'msg_01', '', ''][surface + 1] || printf('%016x%08x', digits, call_number) end as response_id,
        printf('req_%016x', digits) as request_id,
        printf('trace_%012x', trace_number) as trace_id,
        case when trace_step > 0 then printf('req_%016x', parent_digits) end as parent_id,
        printf('session_%011x', session_number) as session_id,
        case when is_failure then null else case surface
            when 0 then
                '{{"prompt_tokens":' || input_tokens || ',"completion_tokens":' || answer_tokens || ',"total_tokens":' || (input_tokens + answer_tokens)
                || ',"prompt_tokens_details":{{"cached_tokens":' || cached_tokens || ',"audio_tokens":0'
                || case when model_number < 3 then ',"cache_write_tokens":' || written_tokens else '' end
                || '}},"completion_tokens_details":{{"reasoning_tokens":' || reasoning_tokens
                || ',"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}}'
            when 1 then
                '{{"input_tokens":' || (input_tokens - cached_tokens - written_tokens) || ',"cache_creation_input_tokens":' || written_tokens
                || ',"cache_read_input_tokens":' || cached_tokens
                || ',"cache_creation":{{"ephemeral_5m_input_tokens":' || (written_tokens - written_tokens // 4)
                || ',"ephemeral_1h_input_tokens":' || (written_tokens // 4) || '}},"output_tokens":' || answer_tokens
                || case when extra > 0.98 then ',"server_tool_use":{{"web_search_requests":' || (1 + digits % 3) || ',"web_fetch_requests":0}}' else '' end
                || ',"service_tier":"' || case when extra < 0.05 then 'batch' else 'standard' end || '","inference_geo":"not_available"}}'
            when 2 then
                '{{"promptTokenCount":' || input_tokens || ',"candidatesTokenCount":' || (answer_tokens - reasoning_tokens)
                || ',"totalTokenCount":' || (input_tokens + answer_tokens)
                || case when cached_tokens > 0 then ',"cachedContentTokenCount":' || cached_tokens
                    || ',"cacheTokensDetails":[{{"modality":"TEXT","tokenCount":' || cached_tokens || '}}]' else '' end
                || case when reasoning_tokens > 0 then ',"thoughtsTokenCount":' || reasoning_tokens else '' end
                || ',"promptTokensDetails":[{{"modality":"TEXT","tokenCount":' || input_tokens
                || '}}],"candidatesTokensDetails":[{{"modality":"TEXT","tokenCount":' || (answer_tokens - reasoning_tokens) || '}}],"trafficType":"ON_DEMAND"}}'
            else
                '{{"prompt_tokens":' || input_tokens || ',"completion_tokens":' || (answer_tokens - reasoning_tokens)
                || ',"total_tokens":' || (input_tokens + answer_tokens) || ',"prompt_tokens_details":{{"text_tokens":' || input_tokens
                || ',"audio_tokens":0,"image_tokens":0,"cached_tokens":' || cached_tokens || '}},"completion_tokens_details":{{"reasoning_tokens":'
                || reasoning_tokens || ',"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"num_sources_used":0'
                || ',"cost_in_usd_ticks":' || (12500 * (input_tokens - cached_tokens) + 2000 * cached_tokens + 25000 * greatest(answer_tokens, 0)) || '}}'
        end end as usage,
        case when is_failure then 'error' else 'success' end as status,
        case when is_failure then '529' end as error_code,
        'team-' || (1 + feature_number % 8) as team,
        'service-' || (1 + feature_number % 12) as service,
        case when feature_number = 1 then 'ticket-reply' else 'feature-' || lpad(cast(feature_number as varchar), 2, '0') end as feature,
        case when session_digits % 20 = 0 then 'staging' else 'production' end as environment,
        'tenant-' || lpad(cast(tenant_number as varchar), 3, '0') as tenant_id,
        'user-' || tenant_number || '-' || session_digits % 40 as user_id,
        'key-' || feature_number || case when session_digits % 20 = 0 then '-staging' else '' end as api_key_id,
        'CC-' || (100 + feature_number % 8) as cost_center,
        'template-' || feature_number || case when session_digits % 10 = 7 then '-next' else '' end as prompt_template,
        case when extra between 0.30 and 0.33 then 'compaction' else 'chat' end as operation,
        case when surface = 0 and model_number = 3 and extra < 0.10 then case when extra < 0.05 then 'flex' else 'priority' end
            when surface in (0, 3) then 'default' end as service_tier,
        cast(300 + output_tokens * 12 + extra * 500 as bigint) as latency_ms
    from named
    order by occurred_at
) to '{file}' (format parquet, compression zstd, row_group_size 122880);
