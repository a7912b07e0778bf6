{% macro call_status(column) -%}
    {#- The usual words for how a call ended as success, error, timeout or cancelled; anything else stays as logged. -#}
    case
        when lower(cast({{ column }} as string)) in ('success', 'ok', 'succeeded', 'completed', 'complete', '200', '') or {{ column }} is null then 'success'
        when lower(cast({{ column }} as string)) in ('error', 'failure', 'failed', 'fail') then 'error'
        when lower(cast({{ column }} as string)) in ('timeout', 'timed_out') then 'timeout'
        when lower(cast({{ column }} as string)) in ('cancelled', 'canceled', 'aborted', 'incomplete') then 'cancelled'
        else lower(cast({{ column }} as string))
    end
{%- endmacro %}
