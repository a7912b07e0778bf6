-- One day of the benchmark's usage_log history. Every value is a function of the call's number, so that a size always
-- gives the same rows. Placeholders filled by bench.py: {day}, {first_call}, {calls}, {file}.
-- Calls are repeated, failed, misnamed and negative at the shares stated in docs/benchmarks.md.

copy (
    with numbered as (
        select
            range as call_number,
            -- share of the day's calls before this one, and independent uniform numbers in [0, 1)
            (range - {first_call} + 0.5) / {calls} as progress,
            hash(range * 8 + 0) / 18446744073709551616.0 as kind,
            hash(range * 8 + 1) / 18446744073709551616.0 as size,
            hash(range * 8 + 2) / 18446744073709551616.0 as answer,
            hash(range * 8 + 3) / 18446744073709551616.0 as caching,
            hash(range * 8 + 4) / 18446744073709551616.0 as owner,
            hash(range * 8 + 5) / 18446744073709551616.0 as fault,
            hash(range * 8 + 6) / 18446744073709551616.0 as extra,
            hash(range * 8 + 7) as digits
        from range({first_call}, {first_call} + {calls})
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
            -- most of a day's calls fall into office hours
            timestamp '{day}' + to_microseconds(cast(86400e6 * case
                when progress < 0.2 then progress / 0.2 * 8 / 24
                when progress < 0.8 then (8 + (progress - 0.2) / 0.6 * 10) / 24
                else (18 + (progress - 0.8) / 0.2 * 6) / 24
            end as bigint)) as occurred_at,
            1 + cast(floor(40 * power(owner, 2)) as integer) as tenant_number,
            cast(case when extra < 0.003 then 200000 + 200000 * size else 150 + 60000 * power(size, 4) end as bigint) as input_tokens,
            cast(5 + 4000 * power(answer, 3) as bigint) as output_tokens,
            fault < 0.005 as is_failure,
            fault >= 0.005 and fault < 0.006 as is_negative,
            fault >= 0.010 and fault < 0.0145 and kind < 0.45 as is_unknown_model,
            fault >= 0.020 and fault < 0.030 as is_repeated
        from numbered
    ),

    counted as (
        select
            *,
            1 + (model_number * 3 + digits % 3) % 12 as feature_number,
            -- a prompt long enough to cache is read from the cache for a share of itself, or written to it
            case when input_tokens > 1024 and caching < 0.55 then cast(floor(input_tokens * (0.3 + caching) / 128) as bigint) * 128 else 0 end as cached_tokens,
            case when input_tokens > 1024 and caching > 0.80 then cast(floor(input_tokens * 0.6) as bigint) else 0 end as written_tokens,
            case when extra > 0.70 then cast(floor(output_tokens * (extra - 0.4)) as bigint) else 0 end as reasoning_tokens
        from modelled
    ),

    -- a streamed call is logged twice: at first with the part of the answer that had arrived, then in full
    logged as (
        select *, occurred_at as logged_at, case when is_negative then -output_tokens else output_tokens end as answer_tokens from counted
        union all
        select * replace (output_tokens // 3 as output_tokens, least(reasoning_tokens, output_tokens // 3) as reasoning_tokens),
            occurred_at - to_milliseconds(200 + cast(caching * 20000 as integer)) as logged_at, output_tokens // 3 as answer_tokens
        from counted
        where is_repeated
    )

    select
        logged_at as occurred_at,
        ['openai', 'anthropic', 'google', 'xai'][surface + 1] as provider,
        ['openai_chat', 'anthropic_messages', 'gemini_generate', 'xai_chat'][surface + 1] as api_surface,
        case when is_unknown_model then 'in-house-preview' else [
            'gpt-5.6-sol', 'gpt-5.6-luna', 'gpt-5-mini', 'claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-4-7', 'gemini-3.6-flash', 'grok-4.3'
        ][model_number] end as model_requested,
        case when is_failure then null when is_unknown_model then 'in-house-preview' else [
            'gpt-5.6-sol', 'gpt-5.6-luna', 'gpt-5-mini-2025-08-07', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001', 'claude-opus-4-7',
            'gemini-3.6-flash', 'grok-4.3'
        ][model_number] end as model_served,
        case when not is_failure
            then ['chatcmpl-', 'msg_01', '', ''][surface + 1] || printf('%016x%08x', digits, call_number) end as response_id,
        case when is_failure then printf('req_%016x%08x', digits, call_number) end as request_id,
        printf('trace_%012x', call_number // 4) as trace_id,
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
        'team-' || (1 + tenant_number % 8) as team,
        'service-' || (1 + feature_number % 6) as service,
        'feature-' || feature_number as feature,
        case when extra between 0.50 and 0.55 then 'staging' else 'production' end as environment,
        'tenant-' || lpad(cast(tenant_number as varchar), 3, '0') as tenant_id,
        'key-' || (1 + tenant_number % 20) as api_key_id,
        'CC-' || (100 + tenant_number % 8) as cost_center,
        'template-' || feature_number || case when extra between 0.40 and 0.50 then '-next' else '' end as prompt_template,
        case when extra between 0.30 and 0.33 then 'compaction' else 'chat' end as operation,
        case when surface = 0 and model_number = 3 and extra < 0.10 then case when extra < 0.05 then 'flex' else 'priority' end
            when surface in (0, 3) then 'default' end as service_tier,
        cast(300 + output_tokens * 12 + extra * 500 as bigint) as latency_ms
    from logged
    order by logged_at
) to '{file}' (format parquet, compression zstd, row_group_size 122880);
