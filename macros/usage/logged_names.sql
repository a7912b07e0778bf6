{% macro without_provider(model, provider) -%}
    {#- A model logged as `provider/model`, without the provider that another column repeats. -#}
    case
        when {{ model }} like '%/%' and split_part(cast({{ model }} as string), '/', 1) = cast({{ provider }} as string)
            then substr(cast({{ model }} as string), length(cast({{ provider }} as string)) + 2)
        else nullif(cast({{ model }} as string), '')
    end
{%- endmacro %}


{% macro key_name(alias, key) -%}
    {#- How an API key is told: its alias, else the hash that the gateway logs. A key in clear becomes a hash here. -#}
    coalesce(
        nullif({{ alias }}, ''),
        case when cast({{ key }} as string) like 'sk-%' then {{ llm_cost.content_hash([key]) }} else nullif(cast({{ key }} as string), '') end
    )
{%- endmacro %}
