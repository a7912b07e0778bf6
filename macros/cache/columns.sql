{% macro cache_counts() %}
    {#- What the dispersion marts show of an owner's period besides its statistics: additive columns of int_llm_cost__cache_sums. -#}
    {{ return([
        'requests', 'requests_with_input', 'reporting_requests', 'uncached_input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens',
        'cache_write_tokens', 'prompt_tokens', 'unreported_input_tokens', 'priced_prompt_tokens', 'total_cost_usd', 'input_cost_usd',
        'input_cost_without_cache_usd', 'net_cache_saving_usd'
    ]) }}
{% endmacro %}


{% macro cache_measures() %}
    {#- The statistics of an owner's period in the dispersion marts. -#}
    {{ return([
        'cache_reporting_ratio', 'token_weighted_ratio', 'mean_of_request_ratios', 'median_of_request_ratios', 'p10_of_request_ratios', 'p90_of_request_ratios',
        'iqr_of_request_ratios', 'weighted_median_of_request_ratios', 'stddev_of_request_ratios', 'cv_of_request_ratios', 'ratio_standard_error',
        'ci95_low_ratio', 'ci95_high_ratio', 'effective_sample_size', 'shrunk_ratio', 'is_small_sample', 'exclusion_reason', 'eligible_ratio', 'write_ratio',
        'reads_per_written_token', 'unit_cost_usd_per_mtok', 'unit_cost_to_fleet_median', 'unit_cost_to_fleet_mix', 'fleet_median_unit_cost_usd_per_mtok',
        'fleet_unit_cost_p90_to_p10', 'fleet_owners', 'fleet_pooled_ratio', 'fleet_median_ratio', 'ratio_to_fleet_median', 'input_cost_at_fleet_median_usd', 'cohort',
        'warmest_rank', 'coldest_rank', 'is_wide_variance', 'has_case_variants', 'previous_token_weighted_ratio', 'ratio_change', 'previous_cohort', 'movement'
    ]) }}
{% endmacro %}


{% macro main_miss_cause() -%}
    {#- The cause with the most missed tokens, the first of equal ones; NULL where nothing was missed. -#}
    {%- set causes = llm_cost.cache_miss_causes().keys() | list -%}
    {%- set tokens = [] -%}
    {%- for cause in causes -%}
        {%- do tokens.append(cause ~ '_miss_tokens') -%}
    {%- endfor -%}
    case
        when greatest({{ tokens | join(', ') }}) > 0 then case greatest({{ tokens | join(', ') }})
            {%- for cause in causes %}
            when {{ cause }}_miss_tokens then '{{ cause }}'
            {%- endfor %}
        end
    end
{%- endmacro %}
