{% macro cache_miss_causes() %}
    {#- Why input was not read from the cache, in the order in which they are asked: cause -> the condition on a call beside the call before it
        in its chain (int_llm_cost__cache_days). The first that holds takes the call's whole miss, so that the causes add up to it. -#}
    {{ return({
        'short_prompt': 'prompt_tokens < min_cacheable_tokens',
        'unknown_chain': 'not has_chain',
        'one_shot': 'previous_at is null and next_at is null',
        'chain_start': 'previous_at is null',
        'model_switch': 'previous_model <> model',
        'key_switch': 'previous_api_key_id <> api_key_id',
        'expired': 'gap_seconds > lifetime_seconds',
        'prefix_change': 'previous_prefix_id <> prefix_id',
        'not_reused': 'cache_read_tokens = 0 or cache_read_tokens + cache_read_tokens < previous_input_tokens',
        'new_input': 'true'
    }) }}
{% endmacro %}


{% macro cache_chain_hours() -%}
    {#- Calls this many hours apart are not taken for one chain. Below 22, so that the calendar days around a day hold every neighbour of its calls
        also where one of them has 23 hours. -#}
    20
{%- endmacro %}
