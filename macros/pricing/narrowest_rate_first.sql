{% macro narrowest_rate_first() -%}
    case when intervals.model = '*' then 1 else 0 end,
    case when intervals.region_scope = resolution.region_billed then 0 else 1 end,
    case when intervals.service_tier = '*' then 1 else 0 end,
    intervals.tokens_from desc,
    case when intervals.window_name is null then 1 else 0 end,
    case when intervals.account_id is null then 1 else 0 end
{%- endmacro %}
