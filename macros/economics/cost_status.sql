{% macro no_cost_is_known(cost, requests, unpriced_requests) -%}
    {#- Whether none of the requests has a price, so that their cost of 0 says nothing. -#}
    ({{ cost }} = 0 and {{ unpriced_requests }} > 0 and {{ unpriced_requests }} = {{ requests }})
{%- endmacro %}


{% macro cost_status(cost, price, requests, unpriced_requests) -%}
    {#- How a cost stands to what is paid for it (columns, decimal(28, 12)). Compared as products, so that exactly the threshold is still within
        it and a price of 0 needs no quotient. -#}
    case
        when {{ price }} is null then 'no_price'
        when {{ llm_cost.no_cost_is_known(cost, requests, unpriced_requests) }} then 'unknown_cost'
        when {{ cost }} > cast({{ price }} as decimal(28, 12)) * cast('{{ var('llm_cost_loss_cost_ratio', 1) }}' as decimal(9, 6)) then 'loss'
        when {{ cost }} > cast({{ price }} as decimal(28, 12)) * cast('{{ var('llm_cost_red_cost_ratio', 0.25) }}' as decimal(9, 6)) then 'red'
        else 'green'
    end
{%- endmacro %}
