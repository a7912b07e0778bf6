{% macro meters() %}
    {#- Every meter a price row may name, with the event column it multiplies and the cost bucket it adds to.
        A token meter without a rate of its own on a card is charged at its fallback's rate, as providers do (a cache
        read without a discount is ordinary input), and the request says so (is_rate_fallback). Nothing falls back to
        another model, tier or provider. is_common: on most requests; the others are looked at only where one is used. -#}
    {{ return([
        {'name': 'uncached_input', 'is_common': true, 'quantity': 'uncached_input_tokens', 'bucket': 'uncached_input', 'is_token': true},
        {'name': 'cache_read', 'is_common': true, 'quantity': 'cache_read_tokens', 'bucket': 'cache_read', 'is_token': true, 'fallback': 'uncached_input'},
        {'name': 'cache_write_5m', 'is_common': true, 'quantity': 'cache_write_5m_tokens', 'bucket': 'cache_write', 'is_token': true, 'fallback': 'uncached_input'},
        {'name': 'cache_write_1h', 'is_common': true, 'quantity': 'cache_write_1h_tokens', 'bucket': 'cache_write', 'is_token': true, 'fallback': 'cache_write_5m'},
        {'name': 'audio_input', 'quantity': 'audio_input_tokens', 'bucket': 'other', 'is_token': true, 'fallback': 'uncached_input'},
        {'name': 'image_input', 'quantity': 'image_input_tokens', 'bucket': 'other', 'is_token': true, 'fallback': 'uncached_input'},
        {'name': 'output', 'is_common': true, 'quantity': 'text_output_tokens', 'bucket': 'output', 'is_token': true},
        {'name': 'reasoning', 'is_common': true, 'quantity': 'priced_reasoning_tokens', 'bucket': 'output', 'is_token': true},
        {'name': 'audio_output', 'quantity': 'audio_output_tokens', 'bucket': 'other', 'is_token': true, 'fallback': 'output'},
        {'name': 'image_output', 'quantity': 'image_output_tokens', 'bucket': 'other', 'is_token': true, 'fallback': 'output'},
        {'name': 'citation', 'quantity': 'priced_citation_tokens', 'bucket': 'other', 'is_token': true},
        {'name': 'web_search_requests', 'quantity': 'web_search_requests', 'bucket': 'tool'},
        {'name': 'web_fetch_requests', 'quantity': 'web_fetch_requests', 'bucket': 'tool'},
        {'name': 'file_search_requests', 'quantity': 'file_search_requests', 'bucket': 'tool'},
        {'name': 'code_execution_requests', 'quantity': 'code_execution_requests', 'bucket': 'tool'},
        {'name': 'search_units', 'quantity': 'search_units', 'bucket': 'tool'},
        {'name': 'audio_seconds', 'quantity': 'audio_seconds', 'bucket': 'other'},
        {'name': 'requests', 'quantity': 'flat_fee_requests', 'bucket': 'other'},
        {'name': 'requests_search_low', 'quantity': 'low_search_requests', 'bucket': 'other'},
        {'name': 'requests_search_medium', 'quantity': 'medium_search_requests', 'bucket': 'other'},
        {'name': 'requests_search_high', 'quantity': 'high_search_requests', 'bucket': 'other'},
    ]) }}
{% endmacro %}


{% macro usage_cost(meter, prefix='') -%}
    {#- Exact: a count times a rate of 15 decimals, half rounded up at 12 (USD). 0 for no usage, NULL without a rate.
        Rates without digits after the 12th (all of a card's, unless has_fine_rates) are taken at 12 decimals: the same
        product without the change of scale, which is what costs time. -#}
    {%- set quantity = 'cast(' ~ meter.quantity ~ ' as decimal(18, ' ~ (3 if meter.quantity == 'audio_seconds' else 0) ~ '))' -%}
    case
        when coalesce({{ meter.quantity }}, 0) = 0 then cast(0 as decimal(18, 12))
        {% if not prefix -%}
            when not has_fine_rates then cast({{ quantity }} * {{ meter.name }}_rate_12 as decimal(18, 12))
        {% endif -%}
        else cast({{ quantity }} * {{ prefix }}{{ meter.name }}_rate as decimal(18, 12))
    end
{%- endmacro %}


{% macro end_of_time() -%}
    cast('9999-12-31 00:00:00' as timestamp)
{%- endmacro %}


{% macro fallback_order(meter) %}
    {#- The meters whose rate a meter takes, in order: its own, its fallback's, its fallback's fallback's. -#}
    {%- set fallbacks = {} -%}
    {%- for known in llm_cost.meters() -%}
        {%- do fallbacks.update({known.name: known.fallback}) -%}
    {%- endfor -%}
    {%- set first = fallbacks[meter.name] -%}
    {%- set second = fallbacks[first] if first else none -%}
    {{ return([meter.name, first, second] | select | list) }}
{% endmacro %}


{% macro rate_with_fallback(meter, prefix) -%}
    {#- A meter's own rate, else its fallback's. -#}
    {%- set columns = [] -%}
    {%- for name in llm_cost.fallback_order(meter) -%}
        {%- do columns.append('pivoted.' ~ prefix ~ name) -%}
    {%- endfor -%}
    {{ columns[0] if columns | length == 1 else 'coalesce(' ~ columns | join(', ') ~ ')' }}
{%- endmacro %}


{% macro ids_by_meter(id) -%}
    {#- The price rows or discounts of a card segment as a JSON object, meter to id; meters without one are left out. -#}
    '{' || concat_ws(
        ','
        {%- for meter in llm_cost.meters() %},
        case when pivoted.{{ meter.name }}_{{ id }} is not null then '"{{ meter.name }}":"' || pivoted.{{ meter.name }}_{{ id }} || '"' end
        {%- endfor %}
    ) || '}'
{%- endmacro %}


{% macro exact_sum(terms) -%}
    {#- Sum of many decimal(18, 12) as decimal(18, 12), NULL when one is NULL. A sum of n has n - 1 more digits, and beyond 38
        digits an engine rounds decimals away without a word, so at most eight are added at a time. -#}
    {%- set parts = [] -%}
    {%- for some in terms | batch(8) -%}
        {%- do parts.append('cast(' ~ some | join(' + ') ~ ' as decimal(18, 12))') -%}
    {%- endfor -%}
    {{ parts[0] if parts | length == 1 else llm_cost.exact_sum(parts) }}
{%- endmacro %}


{% macro metered_total() -%}
    {#- Sum of the meters whose rate is known; what is unknown is told by pricing_status, not by this number. -#}
    {%- set terms = [] -%}
    {%- for meter in llm_cost.meters() -%}
        {%- do terms.append('coalesce(' ~ meter.name ~ '_meter_usd, cast(0 as decimal(18, 12)))') -%}
    {%- endfor -%}
    {{ llm_cost.exact_sum(terms) }}
{%- endmacro %}


{% macro count_meters(common, rare, kind, test) -%}
    {#- How many used meters have a rate that meets a test (is null, is not null, > 0). kind: token, fee or any. -#}
    {%- for meter in common %}
        {{ '+ ' if not loop.first }}case when {{ meter.quantity }} > 0 and {{ meter.name }}_rate {{ test }} then 1 else 0 end
    {%- endfor %}
    {{ '+ ' if common }}case
        when has_rare_usage
            then 0
            {%- for meter in rare if kind == 'any' or (meter.is_token or false) == (kind == 'token') %}
            + case when {{ meter.quantity }} > 0 and {{ meter.name }}_rate {{ test }} then 1 else 0 end
            {%- endfor %}
        else 0
    end
{%- endmacro %}
