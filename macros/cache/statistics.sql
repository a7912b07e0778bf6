{% macro stable_sum(value) -%}
    {#- Sum of floats that does not depend on the order of the rows, which differs from build to build: of 18 decimals each. -#}
    cast(sum(cast({{ value }} as decimal(38, 18))) as double)
{%- endmacro %}


{% macro squared_residuals(read_squared, read_prompt, prompt_squared, cache_read, prompt) -%}
    {#- Sum over requests of (read - ratio * prompt)^2, where ratio is the ratio of the sums, from sums of whole numbers alone. Close ratios
        cancel out nearly all of a difference of floats, so it is taken exactly about the ratio's first eight decimals, and what is left of
        the ratio is added as a float. Sums of squares of 1e20 and more (1e14 tokens) go by floats. -#}
    {%- set k = 'cast(floor(1e8 * ' ~ cache_read ~ ' / ' ~ prompt ~ ') as decimal(9, 0))' -%}
    {%- set rest = 'cast(cast(' ~ cache_read ~ ' as decimal(20, 0)) * cast(100000000 as decimal(9, 0)) - cast(' ~ prompt ~ ' as decimal(20, 0)) * ' ~ k ~ ' as double) / (1e8 * ' ~ prompt ~ ')' -%}
    case
        when {{ prompt_squared }} < 100000000000000000000 then greatest(0e0,
            cast(
                cast({{ read_squared }} as decimal(20, 0)) * cast(10000000000000000 as decimal(17, 0))
                - cast({{ read_prompt }} as decimal(20, 0)) * {{ k }} * cast(100000000 as decimal(9, 0))
                - cast({{ read_prompt }} as decimal(20, 0)) * {{ k }} * cast(100000000 as decimal(9, 0))
                + cast({{ prompt_squared }} as decimal(20, 0)) * {{ k }} * {{ k }}
                as double
            ) / 1e16
            - 2e0 * {{ rest }} * cast(cast({{ read_prompt }} as decimal(20, 0)) * cast(100000000 as decimal(9, 0)) - cast({{ prompt_squared }} as decimal(20, 0)) * {{ k }} as double) / 1e8
            + {{ rest }} * {{ rest }} * cast({{ prompt_squared }} as double)
        )
        else greatest(0e0,
            cast({{ read_squared }} as double)
            - 2e0 * {{ cache_read }} / {{ prompt }} * cast({{ read_prompt }} as double)
            + (1e0 * {{ cache_read }} / {{ prompt }}) * (1e0 * {{ cache_read }} / {{ prompt }}) * cast({{ prompt_squared }} as double)
        )
    end
{%- endmacro %}


{% macro ratio_variance(ratio_sum, ratio_squared_sum, requests) -%}
    {#- Population variance of the requests' ratios from their sum (14 decimals) and the sum of their squares (28), taken exactly about the mean's
        first seven decimals for the same reason as squared_residuals. Up to 1e10 requests. -#}
    {%- set near = 'cast(cast(' ~ ratio_sum ~ ' as double) / ' ~ requests ~ ' as decimal(8, 7))' -%}
    {%- set product = 'cast(cast(' ~ ratio_sum ~ ' as decimal(28, 14)) * ' ~ near ~ ' as decimal(38, 28))' -%}
    {%- set rest = 'cast(cast(' ~ ratio_sum ~ ' as decimal(28, 14)) - cast(cast(' ~ requests ~ ' as decimal(20, 0)) * ' ~ near ~ ' as decimal(28, 14)) as double) / ' ~ requests -%}
    greatest(0e0,
        cast({{ ratio_squared_sum }} - {{ product }} - {{ product }} + cast(cast({{ requests }} as decimal(20, 0)) * {{ near }} * {{ near }} as decimal(38, 28)) as double) / {{ requests }}
        - ({{ rest }}) * ({{ rest }})
    )
{%- endmacro %}


{% macro cache_guards() %}
    {#- What a tenant's sample must have to be compared with others. -#}
    {{ return({
        'requests': var('llm_cost_cache_min_requests', 30),
        'effective_sample_size': var('llm_cost_cache_min_effective_requests', 10),
        'prompt_tokens': var('llm_cost_cache_min_prompt_tokens', 10000)
    }) }}
{% endmacro %}


{% macro cache_cohorts() %}
    {#- From which token-weighted ratio on a tenant is warm, below which it is cold, and how many requests' worth of prompt tokens its ratio is
        drawn towards the fleet's by. -#}
    {{ return({
        'warm': var('llm_cost_cache_warm_ratio', 0.8),
        'cold': var('llm_cost_cache_cold_ratio', 0.4),
        'shrink_tokens': var('llm_cost_cache_shrink_tokens', 10000),
        'wide': var('llm_cost_cache_wide_variance_ratio', 0.3)
    }) }}
{% endmacro %}
