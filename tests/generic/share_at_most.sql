{% test share_at_most(model, part, whole, share, remediation, stops=true, at_least=1) %}
    {#- Fails when sum(part) is a larger share of sum(whole) than `share` (0 to 1) and no less than `at_least`. With stops: false the test returns
        its row instead of an engine error, so that severity warn can apply. -#}
    {%- set condition = 'part_sum > ' ~ share ~ ' * whole_sum and part_sum >= ' ~ at_least -%}
    {%- set message -%}
        cast(part_sum as string) || ' of ' || cast(whole_sum as string)
        || ' are more than the allowed share of {{ share }}. {{ remediation | replace("'", "''") }}'
    {%- endset %}
    select {{ message }} as failure
    from (
        select
            coalesce(sum({{ part }}), 0) as part_sum,
            coalesce(sum({{ whole }}), 0) as whole_sum
        from {{ model }}
    ) as sums
    where {{ llm_cost.fails_with(condition, message) if stops else condition }}
{% endtest %}
