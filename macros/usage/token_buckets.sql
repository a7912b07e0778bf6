{#- Two steps from reported counts to disjoint buckets, shared by every log format. Each is a select list over a
    relation that has the reported_* columns of reported_usage(). -#}

{% macro resolved_usage() %}
    {#- Step 1: what the conventions leave open is settled by the provider's own total. -#}
    {%- set full_input -%}
        (reported_input + case when reported_input_basis = 'exclusive' then coalesce(reported_cache_read, 0) + coalesce(reported_cache_write, 0) else 0 end)
    {%- endset -%}
    -- audio beside the input: only where the total says so
    case
        when reported_audio_basis = 'by_total' and reported_audio_input > 0
            and reported_total = {{ full_input }} + coalesce(reported_output, 0) + reported_audio_input
            then reported_input + reported_audio_input
        else reported_input
    end as counted_input,
    case
        when reported_input is null and reported_output is null then null
        when reported_reasoning_basis = 'total_minus_input'
            then greatest(coalesce(reported_total - {{ full_input }}, 0), coalesce(reported_output, 0))
        when reported_reasoning_basis = 'by_total' and reported_reasoning > 0
            and (
                reported_total is null
                or reported_total <> {{ full_input }} + coalesce(reported_output, 0)
                or reported_reasoning > coalesce(reported_output, 0)
            )
            then coalesce(reported_output, 0) + reported_reasoning
        when reported_reasoning_basis = 'included_unless_total' and reported_reasoning > 0
            and reported_total = {{ full_input }} + coalesce(reported_output, 0) + reported_reasoning
            then coalesce(reported_output, 0) + reported_reasoning
        when reported_reasoning_basis = 'included_unless_larger' and reported_reasoning > coalesce(reported_output, 0)
            then coalesce(reported_output, 0) + reported_reasoning
        else coalesce(reported_output, 0)
    end as counted_output,
    case
        when reported_reasoning_basis = 'total_minus_input' and reported_total is not null
            then coalesce(reported_reasoning, greatest(reported_total - {{ full_input }} - coalesce(reported_output, 0), 0))
        else reported_reasoning
    end as counted_reasoning,
    coalesce(reported_cache_write, reported_cache_write_5m + reported_cache_write_1h) as counted_cache_write,
    -- a split of zeros beside a count is no split
    case
        when coalesce(reported_cache_write_5m, 0) + coalesce(reported_cache_write_1h, 0) = 0 then null
        else coalesce(reported_cache_write_1h, 0)
    end as counted_cache_write_1h
{% endmacro %}


{% macro token_buckets() %}
    {#- Step 2: the disjoint buckets, and the rule a row breaks where they cannot be right (usage_problem, NULL when
        fine). A count that the source did not report is NULL, not 0. -#}
    {%- set cached = "(coalesce(reported_cache_read, 0) + coalesce(counted_cache_write, 0))" -%}
    {%- set audio -%}
        case when reported_input_basis = 'inclusive' then least(coalesce(reported_audio_input, 0), greatest(counted_input - {{ cached }}, 0)) else coalesce(reported_audio_input, 0) end
    {%- endset -%}
    {%- set image -%}
        case when reported_input_basis = 'inclusive' then least(coalesce(reported_image_input, 0), greatest(counted_input - {{ cached }} - {{ audio }}, 0)) else coalesce(reported_image_input, 0) end
    {%- endset -%}
    {%- set total_input -%}
        (counted_input + case when reported_input_basis = 'exclusive' then {{ cached }} else 0 end)
    {%- endset -%}
    {%- set limit = var('llm_cost_max_tokens_per_request', 100000000) -%}
    counted_input - case when reported_input_basis = 'inclusive' then {{ cached }} + {{ audio }} + {{ image }} else 0 end as uncached_input_tokens,
    reported_cache_read as cache_read_tokens,
    counted_cache_write - coalesce(counted_cache_write_1h, 0) as cache_write_5m_tokens,
    case when counted_cache_write is not null then coalesce(counted_cache_write_1h, 0) end as cache_write_1h_tokens,
    case when reported_audio_input is not null then {{ audio }} end as audio_input_tokens,
    case when reported_image_input is not null then {{ image }} end as image_input_tokens,
    counted_output - coalesce(reported_audio_output, 0) - coalesce(reported_image_output, 0) as output_tokens,
    -- a part cannot exceed the whole: hosts of open models count think tags into the part only
    case
        when counted_reasoning is not null
            then least(counted_reasoning, counted_output - coalesce(reported_audio_output, 0) - coalesce(reported_image_output, 0))
    end as reasoning_tokens,
    reported_audio_output as audio_output_tokens,
    reported_image_output as image_output_tokens,
    {{ total_input }} as total_input_tokens,
    coalesce(counted_cache_write > 0 and counted_cache_write_1h is null, false) as is_cache_ttl_assumed,
    case
        when least(
            coalesce(reported_input, 0), coalesce(reported_cache_read, 0), coalesce(counted_cache_write, 0),
            coalesce(reported_cache_write_5m, 0), coalesce(reported_cache_write_1h, 0), coalesce(reported_audio_input, 0),
            coalesce(reported_image_input, 0), coalesce(reported_output, 0), coalesce(reported_reasoning, 0),
            coalesce(reported_audio_output, 0), coalesce(reported_image_output, 0), coalesce(reported_total, 0)
        ) < 0 then 'negative_tokens'
        when greatest(
            coalesce(reported_input, 0), coalesce(reported_cache_read, 0), coalesce(counted_cache_write, 0),
            coalesce(reported_output, 0), coalesce(reported_reasoning, 0), coalesce(reported_total, 0)
        ) > {{ limit }} then 'absurd_tokens'
        when reported_input is null and (reported_output > 0 or reported_total > 0) then 'missing_input_tokens'
        when reported_input_basis = 'inclusive' and {{ cached }} > counted_input then 'cached_exceeds_input'
        when counted_cache_write_1h is not null
            and coalesce(reported_cache_write_5m, 0) + counted_cache_write_1h <> counted_cache_write then 'cache_write_split_mismatch'
        when coalesce(reported_audio_output, 0) + coalesce(reported_image_output, 0) > counted_output then 'buckets_do_not_sum'
        when reported_total is not null
            and reported_total <> {{ total_input }} + case
                when reported_reasoning_basis = 'included_unless_larger' then coalesce(reported_output, 0) else counted_output
            end then 'buckets_do_not_sum'
    end as usage_problem
{% endmacro %}
